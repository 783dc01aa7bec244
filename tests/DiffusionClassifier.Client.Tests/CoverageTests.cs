using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace DiffusionClassifier.Client.Tests;

/// <summary>Whatever the API has, the client has, or it is said here why not.</summary>
public sealed partial class CoverageTests
{
    // For load balancers and collectors, which need no client.
    private static readonly string[] NotForClients = ["GET /health/live", "GET /health/ready", "GET /metrics"];

    // Errors are a ClassifierException.
    private static readonly string[] NotContracts = ["ProblemDetails"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_operation_has_a_method()
    {
        using var server = new FakeServer { Otherwise = AnswerAnything };
        ClassifierClient client = server.Client();

        await client.ClassifyAsync(Examples.Request, Cancellation);
        await client.MatchAsync(new MatchRequest(), Cancellation);
        await client.ListModelsAsync(Cancellation);
        await client.GetModelAsync("x", Cancellation);
        await client.LoadModelAsync("x", Cancellation);
        await client.UnloadModelAsync("x", Cancellation);
        await client.Jobs.SubmitAsync(Examples.Request, cancellationToken: Cancellation);
        await client.Jobs.GetAsync("x", Cancellation);
        await client.Jobs.WaitAsync("x", Cancellation);
        await client.Jobs.AddTrialsAsync("x", 8, cancellationToken: Cancellation);
        await client.Jobs.CancelAsync("x", Cancellation);
        await client.Jobs.ListAsync(Cancellation).CountAsync(Cancellation);
        await client.Batches.SubmitAsync(new ClassificationRequest(), [], cancellationToken: Cancellation);
        await client.Batches.GetAsync("x", Cancellation);
        await client.Batches.ResultsAsync("x", Cancellation).CountAsync(Cancellation);
        await client.Batches.CancelAsync("x", Cancellation);
        await client.Batches.ListAsync(Cancellation).CountAsync(Cancellation);

        IEnumerable<string> sent = server.Requests.Select(request => $"{request.Method} {Id().Replace(request.Address.AbsolutePath["/vision".Length..], "/{id}")}");
        Assert.Equal(ApiDocument.Operations.Order(), sent.Concat(NotForClients).Order());
    }

    [Fact]
    public void Every_field_is_one_of_the_contracts_and_the_other_way_round()
    {
        foreach (string schema in ApiDocument.Schemas.Except(NotContracts))
        {
            Type? contract = typeof(ClassificationRequest).Assembly.GetType($"DiffusionClassifier.Contracts.{schema}");
            Assert.True(contract is not null, $"{schema} is in docs/openapi.json and not in the contracts.");
            Assert.Equal(ApiDocument.Fields(schema).Order(), AnswerJson.Options.GetTypeInfo(contract).Properties
                .Where(property => property.Get is not null).Select(property => property.Name).Order());
        }
    }

    private static HttpResponseMessage AnswerAnything(FakeServer.Received request) => request switch
    {
        { Address.AbsolutePath: var path } when path.EndsWith("/events", StringComparison.Ordinal) => FakeServer.Response(
            HttpStatusCode.OK, "text/event-stream", $"event: result\ndata: {JsonSerializer.Serialize(Examples.Job(1, isEnded: true), AnswerJson.Options)}\n\n"),
        { Address.AbsolutePath: var path } when path.EndsWith("/results", StringComparison.Ordinal) => FakeServer.Response(HttpStatusCode.OK, "application/x-ndjson", ""),
        _ => FakeServer.Response(HttpStatusCode.OK, "application/json", """{"jobs":[],"batches":[],"models":[],"refused":[]}"""),
    };

    [GeneratedRegex("/x\\b")]
    private static partial Regex Id();
}
