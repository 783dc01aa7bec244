using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace DiffusionClassifier.EndToEnd.Tests;

public sealed class LogTests
{
    private static readonly (string, string)[] Json = [("LogFormat", "Json")];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task With_JSON_every_line_of_a_server_is_one_object_from_its_start_to_its_end()
    {
        await using ServiceProcess service = await ServiceProcess.StartAsync([.. Json, ("Logging__LogLevel__Default", "Debug"), ("Logging__LogLevel__Microsoft", "Debug")]);

        HttpResponseMessage good = await service.Client.PostAsync("/classify", ServiceProcess.Form("ship.png", ("trials", "1")), Cancellation);
        HttpResponseMessage refused = await service.Client.PostAsync("/classify", ServiceProcess.Form("ship.png", ("labels", "several\nlines")), Cancellation);
        HttpResponseMessage unreadable = await service.Client.PostAsync("/classify", new StringContent("{", Encoding.UTF8, "application/json"), Cancellation);
        HttpResponseMessage absent = await service.Client.GetAsync("/no/such/address", Cancellation);
        await SendNoHttpAsync(service.Client.BaseAddress!.Port); // which Kestrel itself complains of
        await Shell.RunAsync($"kill -TERM {service.Id}", Cancellation);
        int exitCode = await service.WaitForExitAsync();

        Assert.Equal(HttpStatusCode.OK, good.StatusCode);
        Assert.All([refused, unreadable, absent], response => Assert.False(response.IsSuccessStatusCode));
        Assert.Equal(0, exitCode);
        string[] messages = [.. Messages(service.Output)];
        Assert.All(["Now listening on", "Ready.", "Answered", "Application is shutting down"], part => Assert.Contains(messages, message => message.Contains(part, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("folder does not exist", "--Models:Folder", "/nowhere/at/all")]
    [InlineData("Engine:DrainTimeout", "--Engine:DrainTimeout", "soon")]
    [InlineData("Logging:LogLevel:Default is 'Chatty'; it must be one of Trace, Debug", "--Logging:LogLevel:Default", "Chatty")]
    [InlineData("chatty", "--Serilog:MinimumLevel:Default", "chatty")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT is 'collector'", "--OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "collector")]
    public async Task With_JSON_a_server_that_cannot_start_says_why_in_objects(string reason, params string[] arguments)
    {
        (int exitCode, string output) = await ServiceProcess.RunAsync(Json, arguments);

        Assert.Equal(2, exitCode);
        Assert.Contains(Messages(output), message => message.Contains("cannot start", StringComparison.Ordinal) && message.Contains(reason, StringComparison.Ordinal));
    }

    [Fact]
    public async Task With_JSON_a_server_whose_address_is_taken_says_so_in_objects()
    {
        await using ServiceProcess first = await ServiceProcess.StartAsync();

        (int exitCode, string output) = await ServiceProcess.RunAsync(Json, "--urls", first.Client.BaseAddress!.ToString());

        Assert.Equal(2, exitCode);
        Assert.Contains(Messages(output), message => message.Contains("cannot start: \"Failed to bind to address", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_format_of_the_log_that_does_not_exist_is_said_in_one_line()
    {
        (int exitCode, string output) = await ServiceProcess.RunAsync("--LogFormat", "Yaml");

        Assert.Equal(2, exitCode);
        Assert.EndsWith("The service cannot start: LogFormat is 'Yaml'; it must be Text or Json. ", Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false, "Logging__LogLevel__Default", "Critical")]
    [InlineData(false, "Serilog__MinimumLevel__Default", "Fatal")]
    [InlineData(false, "Logging__LogLevel__DiffusionClassifier.Onnx", "None")]
    [InlineData(false, "Serilog__MinimumLevel__Override__DiffusionClassifier", "Fatal")]
    [InlineData(true, "Logging__LogLevel__Default", "Critical", "Logging__LogLevel__DiffusionClassifier", "Error")] // the longer category counts
    [InlineData(true, "Logging__LogLevel__Default", "Critical", "Serilog__MinimumLevel__Default", "Information")] // Serilog's own settings count
    public async Task Levels_are_set_as_everywhere_in_NET_or_as_Serilog_has_them(bool expected, params string[] variables)
    {
        string models = Directory.CreateTempSubdirectory("models-").FullName;
        Directory.CreateDirectory(Path.Combine(models, "broken"));
        await File.WriteAllTextAsync(Path.Combine(models, "broken", "model_index.json"), "nonsense", Cancellation); // said with the level Error

        (int exitCode, string output) = await ServiceProcess.RunAsync([.. variables.Chunk(2).Select(pair => (pair[0], pair[1]))], "--Models:Folder", models);

        Directory.Delete(models, recursive: true);
        Assert.Equal(2, exitCode);
        Assert.Equal(expected, output.Contains("is left out", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(false, "Logging__LogLevel__Default", "Debug")]
    [InlineData(true, "Logging__LogLevel__Microsoft.AspNetCore", "Information")]
    [InlineData(true, "Serilog__MinimumLevel__Override__Microsoft.AspNetCore", "Information")]
    public async Task What_the_framework_says_of_each_request_is_written_only_where_its_own_category_is_set(bool expected, params string[] variables)
    {
        await using ServiceProcess service = await ServiceProcess.StartAsync([.. variables.Chunk(2).Select(pair => (pair[0], pair[1]))]);
        await service.Client.GetStringAsync("/models", Cancellation);

        await Shell.RunAsync($"kill -TERM {service.Id}", Cancellation);

        Assert.Equal(0, await service.WaitForExitAsync());
        Assert.Equal(expected, service.Output.Contains("Request starting", StringComparison.Ordinal));
    }

    private static async Task SendNoHttpAsync(int port)
    {
        using var connection = new TcpClient("127.0.0.1", port);
        await connection.GetStream().WriteAsync("no HTTP\r\n\r\n"u8.ToArray(), Cancellation);
        await connection.GetStream().CopyToAsync(Stream.Null, Cancellation); // until the server has closed it
    }

    /// <summary>What the lines say, each of which must be one JSON object.</summary>
    private static IEnumerable<string> Messages(string output)
    {
        foreach (string line in output.Split('\n'))
        {
            JsonElement entry = JsonDocument.Parse(line).RootElement;
            Assert.Equal(JsonValueKind.Object, entry.ValueKind);
            yield return entry.GetProperty("@m").GetString()!;
        }
    }
}
