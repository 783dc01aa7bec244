using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace DiffusionClassifier.Service.Tests;

/// <summary>Reads a problem+json answer and checks what all of them share.</summary>
internal static class Problem
{
    public static async Task<JsonElement> ReadAsync(HttpResponseMessage response, HttpStatusCode status, string code)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        Assert.True(response.StatusCode == status, $"{response.StatusCode}: {await response.Content.ReadAsStringAsync(cancellation)}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        JsonElement problem = await response.Content.ReadFromJsonAsync<JsonElement>(cancellation);
        Assert.Equal(code, problem.GetProperty("code").GetString());
        Assert.Equal($"urn:diffusion-classifier:error:{code}", problem.GetProperty("type").GetString());
        Assert.Equal((int)status, problem.GetProperty("status").GetInt32());
        Assert.NotEmpty(problem.GetProperty("title").GetString()!);
        Assert.NotEmpty(problem.GetProperty("detail").GetString()!);
        Assert.Matches("^[0-9a-f]{32}$", problem.GetProperty("traceId").GetString()!);
        return problem;
    }
}
