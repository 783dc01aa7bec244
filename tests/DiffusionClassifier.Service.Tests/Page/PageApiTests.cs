using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using DiffusionClassifier.Service.Page;

namespace DiffusionClassifier.Service.Tests.Page;

/// <summary>The page's files: all of them, nothing else, and nothing that a browser should not trust.</summary>
public sealed partial class PageApiTests(TestService service) : IClassFixture<TestService>
{
    private readonly HttpClient _client = service.CreateClient();

    public static TheoryData<string> Addresses => [.. PageFile.All.Select(file => file.Path == "index.html" ? "/" : $"/{file.Path}")];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Addresses))]
    public async Task Every_file_says_what_it_is_and_allows_nothing_from_elsewhere(string address)
    {
        HttpResponseMessage response = await _client.GetAsync(address, Cancellation);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        string policy = response.Headers.GetValues("Content-Security-Policy").Single();
        Assert.All(
            ["default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "img-src 'self' data:", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"],
            directive => Assert.Contains(directive, policy.Split("; ")));
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal(TypeOf(address), response.Content.Headers.ContentType?.MediaType);
    }

    [Theory]
    [MemberData(nameof(Addresses))]
    public async Task What_a_browser_has_is_not_sent_again_until_it_changes(string address)
    {
        HttpResponseMessage first = await _client.GetAsync(address, Cancellation);
        using var request = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { IfNoneMatch = { first.Headers.ETag! } } };
        using var outdated = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { IfNoneMatch = { new EntityTagHeaderValue("\"before\"") } } };

        Assert.True(first.Headers.CacheControl?.NoCache);
        Assert.Equal(HttpStatusCode.NotModified, (await _client.SendAsync(request, Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await _client.SendAsync(outdated, Cancellation)).StatusCode);
    }

    [Fact]
    public async Task All_that_a_file_names_is_there_and_relative()
    {
        foreach (PageFile file in PageFile.All.Where(file => Path.GetExtension(file.Path) is ".html" or ".js"))
        {
            var folder = new Uri(_client.BaseAddress!, file.Path);
            foreach (Match name in Named().Matches(System.Text.Encoding.UTF8.GetString(file.Content)))
            {
                Assert.DoesNotMatch("^(/|[a-z]+:)", name.Groups[1].Value);
                Assert.Equal(HttpStatusCode.OK, (await _client.GetAsync(new Uri(folder, name.Groups[1].Value), Cancellation)).StatusCode);
            }
        }
    }

    [Fact]
    public async Task Nothing_is_inline()
    {
        string page = await _client.GetStringAsync("/", Cancellation);

        Assert.DoesNotMatch("<style|<script(?![^>]* src=)|\\sstyle=|\\son[a-z]+=|javascript:", page);
    }

    [Theory]
    [InlineData("/page/")]
    [InlineData("/page/nowhere.js")]
    [InlineData("/page/%2e%2e/appsettings.json")]
    [InlineData("/page/samples/README.md")]
    [InlineData("/wwwroot/index.html")]
    public async Task There_are_no_other_files(string address) =>
        await Problem.ReadAsync(await _client.GetAsync(address, Cancellation), HttpStatusCode.NotFound, "not_found");

    [Fact]
    public async Task A_page_can_be_asked_for_its_headers_and_takes_nothing()
    {
        using var head = new HttpRequestMessage(HttpMethod.Head, "/");

        HttpResponseMessage headers = await _client.SendAsync(head, Cancellation);
        HttpResponseMessage post = await _client.PostAsync("/", TestService.Form(), Cancellation);

        Assert.Equal(HttpStatusCode.OK, headers.StatusCode);
        Assert.NotEqual(0, headers.Content.Headers.ContentLength);
        Assert.Empty(await headers.Content.ReadAsByteArrayAsync(Cancellation));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, post.StatusCode);
    }

    private static string TypeOf(string address) => Path.GetExtension(address) switch
    {
        "" => "text/html",
        ".js" => "text/javascript",
        ".css" => "text/css",
        ".svg" => "image/svg+xml",
        ".png" => "image/png",
        string other => other,
    };

    // Where a page's parts are, and what a module imports.
    [GeneratedRegex("(?:(?:src|href)=|from )\"([^\"#]+)\"")]
    private static partial Regex Named();
}
