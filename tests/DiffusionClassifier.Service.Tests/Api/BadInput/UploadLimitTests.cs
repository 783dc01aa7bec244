using System.Net;
using System.Text;
using System.Text.Json;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Service.Api.Input;
using DiffusionClassifier.Service.Options;
using Microsoft.Extensions.DependencyInjection;
using static Microsoft.Extensions.Options.Options;

namespace DiffusionClassifier.Service.Tests.Api.BadInput;

/// <summary>What bodies may cost in bytes and time, together and alone. Images of at most 1 MB make bodies small enough to send many.</summary>
public sealed class UploadLimitTests : IAsyncDisposable
{
    private const int MaxImage = 1 << 20, MaxText = 8 << 20;

    private readonly TestService _service;
    private readonly HttpClient _client;

    public UploadLimitTests()
    {
        _service = new TestService(("Images:MaxBytes", $"{MaxImage}"), ("Uploads:MaxBytesInFlight", "20000000"), ("Uploads:RetryAfter", "00:00:03"));
        _client = _service.CreateClient();
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private long Taken => _service.Services.GetRequiredService<UploadMemory>().Taken;

    [Theory]
    [InlineData("/classify", "image", MaxImage + 1, "image_too_large")]
    [InlineData("/match", "images", MaxImage + 1, "image_too_large")]
    [InlineData("/classify", "image", 200 << 20, "body_too_large")]
    [InlineData("/match", "images", 200 << 20, "body_too_large")]
    public async Task A_picture_over_the_limit_is_refused(string path, string field, int length, string code) =>
        await RefuseAsync(await _client.PostAsync(path, Upload(field, length), Cancellation), HttpStatusCode.RequestEntityTooLarge, code);

    [Fact]
    public async Task Text_over_the_limit_is_refused_in_one_field_and_in_many()
    {
        MultipartFormDataContent many = TestService.Form([.. Enumerable.Range(0, 9).Select(_ => ("labels", new string('x', MaxText / 8)))]);
        MultipartFormDataContent one = TestService.Form(("trials", new string('1', MaxText + 1)));
        var json = new StringContent($"{{\"trials\":[{new string('1', MaxText)}]}}", Encoding.UTF8, "application/json");

        foreach (HttpContent body in (HttpContent[])[many, one, json])
            Assert.Contains("text fields", (await RefuseAsync(await _client.PostAsync("/classify", body, Cancellation), HttpStatusCode.RequestEntityTooLarge, "body_too_large")).GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_of_very_many_parts_is_refused() =>
        await RefuseAsync(await _client.PostAsync("/classify", TestService.Form([.. Enumerable.Range(0, 10_101).Select(_ => ("labels", "a"))]), Cancellation), HttpStatusCode.BadRequest, "invalid_request");

    [Fact]
    public async Task A_match_has_room_for_two_of_the_largest_pictures()
    {
        MultipartFormDataContent form = new() { { new StringContent("class 1"), "captions" } };
        foreach (byte name in (byte[])[1, 2])
            form.Add(new ByteArrayContent([name, .. new byte[MaxImage - 1]]), "images", "a.png");

        HttpResponseMessage response = await _client.PostAsync("/match", form, Cancellation);

        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task Uploads_that_do_not_fit_together_are_refused_and_welcome_later()
    {
        const int Length = 9_000_000;
        var memory = new UploadMemory(Create(new UploadOptions { MaxBytesInFlight = 20_000_000, RetryAfter = TimeSpan.FromSeconds(3) }));
        using UploadBuffer first = await FilledAsync();
        using UploadBuffer second = await FilledAsync();

        ClassificationException refused = await Assert.ThrowsAsync<ClassificationException>(FilledAsync);
        first.Dispose();
        using UploadBuffer later = await FilledAsync();

        Assert.Equal((ClassificationError.Overloaded, TimeSpan.FromSeconds(3)), (refused.Error, refused.RetryAfter!.Value));
        Assert.InRange(memory.Taken, 2 * Length, 20_000_000);

        async Task<UploadBuffer> FilledAsync()
        {
            var buffer = new UploadBuffer(memory, Length, Length);
            try
            {
                await buffer.AppendAsync(new MemoryStream(new byte[Length]), Length, buffer.TooLarge, Cancellation);
                return buffer;
            }
            catch
            {
                buffer.Dispose();
                throw;
            }
        }
    }

    /// <summary>Otherwise a few connections that only announce large bodies would lock everybody out.</summary>
    [Fact]
    public void A_body_that_is_only_announced_takes_next_to_nothing()
    {
        var memory = new UploadMemory(Create(new UploadOptions { MaxBytesInFlight = 20_000_000 }));

        using var buffer = new UploadBuffer(memory, 9_000_000, 9_000_000);

        Assert.InRange(memory.Taken, 1, 100_000);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(UploadMemory.Block - 1)]
    [InlineData(UploadMemory.Block)]
    [InlineData(UploadMemory.Block + 1)]
    [InlineData(5 * UploadMemory.Block + 7)]
    public async Task What_was_read_piece_by_piece_is_whole_again(int length)
    {
        var memory = new UploadMemory(Create(new UploadOptions()));
        byte[] body = new byte[length];
        new Random(1).NextBytes(body);
        using var buffer = new UploadBuffer(memory, length: null, limit: length);

        int first = await buffer.AppendAsync(new MemoryStream(body[..(length / 3)]), length, buffer.TooLarge, Cancellation);
        await buffer.AppendAsync(new MemoryStream("forgotten"u8.ToArray()[..Math.Min(9, length - first)]), length, buffer.TooLarge, Cancellation);
        buffer.Truncate(first);
        await buffer.AppendAsync(new MemoryStream(body[first..]), length, buffer.TooLarge, Cancellation);

        Assert.Equal(body, buffer.Whole().ToArray());
        Assert.Equal(length, memory.Taken, tolerance: UploadMemory.Block);
        buffer.Dispose();
        Assert.Equal(0, memory.Taken);
    }

    [Theory]
    [InlineData("/classify", "image", 1)]
    [InlineData("/match", "images", 2)]
    public async Task Memory_of_an_upload_is_free_while_its_request_waits_for_the_device(string path, string field, int images)
    {
        using var running = new SemaphoreSlim(0);
        using var go = new ManualResetEventSlim();
        await _client.PostAsync("/classify", TestService.Form(("trials", "1")), Cancellation); // the warm-up is over
        _service.Model.BeforePredict = _ =>
        {
            running.Release();
            go.Wait(Cancellation);
        };

        MultipartFormDataContent form = new() { { new StringContent("1"), "trials" }, { new StringContent("class 1"), path == "/match" ? "captions" : "labels" } };
        for (int image = 0; image < images; image++)
            form.Add(new ByteArrayContent([1]), field, "a.png");
        Task<HttpResponseMessage> request = _client.PostAsync(path, form, Cancellation);
        await running.WaitAsync(Cancellation);
        long taken = Taken;
        go.Set();

        Assert.Equal(0, taken);
        Assert.True((await request).IsSuccessStatusCode);
    }

    [Theory]
    [InlineData("Uploads:MaxBytesInFlight", "1000")]
    [InlineData("Uploads:Timeout", "00:00:00")]
    [InlineData("Uploads:Timeout", "50.00:00:00")]
    [InlineData("Uploads:MinBytesPerSecond", "0")]
    public void Limits_that_allow_no_upload_or_cannot_be_kept_are_refused_at_the_start(string setting, string value)
    {
        using var service = new TestService((setting, value));

        Assert.ThrowsAny<Exception>(service.CreateClient);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _service.DisposeAsync();
    }

    private async Task<JsonElement> RefuseAsync(HttpResponseMessage response, HttpStatusCode status, string code)
    {
        JsonElement problem = await Problem.ReadAsync(response, status, code);
        Assert.Equal(0, Taken);
        return problem;
    }

    private static MultipartFormDataContent Upload(string field, int length) => new() { { new ByteArrayContent(new byte[length]), field, "a.png" } };
}
