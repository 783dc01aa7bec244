using System.Text.Json;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.EndToEnd.Tests;

/// <summary>Unicode normalisation needs ICU, which also knows how languages write numbers: nothing may depend on that.</summary>
public sealed class CultureTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("de_DE.UTF-8")] // a decimal comma
    [InlineData("tr_TR.UTF-8")] // i and I are not one letter
    [InlineData("ar_SA.UTF-8")] // other digits, another calendar
    public async Task Answers_logs_and_metrics_do_not_depend_on_the_machines_language(string language)
    {
        await using ServiceProcess usual = await ServiceProcess.StartAsync([("LANG", "C.UTF-8"), ("LC_ALL", "")]);
        await using ServiceProcess other = await ServiceProcess.StartAsync([("LANG", language), ("LC_ALL", language)]);

        string[] usualTexts = await TextsAsync(usual), otherTexts = await TextsAsync(other);

        Assert.Equal(usualTexts, otherTexts);
    }

    [Fact]
    public async Task Without_normalisation_the_model_of_texts_is_left_out_and_the_log_says_what_to_do()
    {
        await using ServiceProcess service = await ServiceProcess.StartAsync([("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "1")]);

        using var models = JsonDocument.Parse(await service.Client.GetStringAsync("/models", Cancellation));

        Assert.DoesNotContain("scenes", models.RootElement.GetProperty("models").EnumerateArray().Select(model => model.GetProperty("id").GetString()));
        string line = Assert.Single(service.Output.Split('\n'), line => line.Contains("scenes is left out", StringComparison.Ordinal));
        Assert.Contains("unset DOTNET_SYSTEM_GLOBALIZATION_INVARIANT, and install ICU", line, StringComparison.Ordinal);
    }

    // What differs from run to run has no digits left.
    private static async Task<string[]> TextsAsync(ServiceProcess service)
    {
        HttpResponseMessage answer = await service.Client.PostAsync("/classify", ServiceProcess.Form("ship.png", ("trials", "3"), ("seed", "7"), ("strategy", "fixed")), Cancellation);
        HttpResponseMessage refused = await service.Client.PostAsync("/classify", ServiceProcess.Form("ship.png", ("trials", "1,5")), Cancellation);
        using var result = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancellation));
        using var problem = JsonDocument.Parse(await refused.Content.ReadAsStringAsync(Cancellation));
        string metrics = await service.Client.GetStringAsync("/metrics", Cancellation);
        Exposition.Parse(metrics);
        string line = await service.LineAsync("Answered");
        return
        [
            result.RootElement.GetProperty("labels").GetRawText(),
            problem.RootElement.GetProperty("detail").GetString()!,
            string.Join('\n', metrics.Split('\n').Where(row => row.StartsWith("dc_request_duration_seconds_bucket", StringComparison.Ordinal)).Select(row => row.Split(' ')[0])),
            string.Concat(line.Where(letter => !char.IsAsciiLetterOrDigit(letter))),
            string.Concat(answer.Headers.GetValues("Server-Timing").Single().Where(letter => letter is ',' or ';' or '=')),
        ];
    }
}
