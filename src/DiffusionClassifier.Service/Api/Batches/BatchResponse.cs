using System.Globalization;
using System.Text.Json;
using CsvHelper;
using DiffusionClassifier.Service.Api.Streaming;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using JsonOptions = Microsoft.AspNetCore.Http.Json.JsonOptions;

namespace DiffusionClassifier.Service.Api.Batches;

/// <summary>Writes the answers to several images in the form that the client prefers. Thread-safe.</summary>
internal sealed class BatchResponse(IOptions<JsonOptions> json)
{
    private static readonly string[] Columns =
    [
        "image", "label", "posterior", "meanError", "margin", "marginStandardError", "trials", "rows", "seconds", "model", "error",
    ];

    /// <summary>Nothing is sent before there is a first answer: until then the request may be refused.</summary>
    /// <param name="response">Where to write.</param>
    /// <param name="form">As <see cref="AcceptHeader"/> names it.</param>
    /// <param name="answers">Answers, as they are ready.</param>
    /// <param name="cancellationToken">The client has gone.</param>
    public Task WriteAsync(
        HttpResponse response, string form, IAsyncEnumerable<ImageAnswer> answers, CancellationToken cancellationToken) => form switch
        {
            AcceptHeader.JsonLines => WriteLinesAsync(response, answers, cancellationToken),
            AcceptHeader.Csv => WriteTableAsync(response, answers, cancellationToken),
            _ => WriteObjectAsync(response, answers, cancellationToken),
        };

    private static async Task WriteTableAsync(
        HttpResponse response, IAsyncEnumerable<ImageAnswer> answers, CancellationToken cancellationToken)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        using (var table = CsvWriter.Create(text, new CsvWriterOptions { FormatProvider = CultureInfo.InvariantCulture }, leaveOpen: true))
        {
            WriteLine(table, Columns);
            foreach (ImageAnswer image in await InOrderAsync(answers, cancellationToken))
                WriteLine(table, Line(image));
        }

        response.ContentType = $"{AcceptHeader.Csv}; charset=utf-8";
        await response.WriteAsync(text.ToString(), cancellationToken);
    }

    private static void WriteLine(CsvWriter table, IEnumerable<object?> fields)
    {
        foreach (object? field in fields)
            table.WriteField(field);
        table.EndRecord();
    }

    private static object?[] Line(ImageAnswer image) => image.Answer is { } answer
        ?
        [
            image.Index, answer.Prediction, answer.Labels[0].Posterior, answer.Labels[0].MeanError, answer.Decision.Margin,
            answer.Decision.MarginStandardError, answer.Decision.Trials, answer.Cost.Rows, answer.Cost.TotalSeconds, answer.Model, null,
        ]
        : [image.Index, null, null, null, null, null, null, null, null, null, image.Error!.Detail];

    private static async Task<IReadOnlyList<ImageAnswer>> InOrderAsync(
        IAsyncEnumerable<ImageAnswer> answers, CancellationToken cancellationToken) =>
        await answers.OrderBy(answer => answer.Index).ToListAsync(cancellationToken);

    private static async Task WriteObjectAsync(
        HttpResponse response, IAsyncEnumerable<ImageAnswer> answers, CancellationToken cancellationToken) =>
        await response.WriteAsJsonAsync(new ImageAnswers(await InOrderAsync(answers, cancellationToken)), cancellationToken);

    private async Task WriteLinesAsync(
        HttpResponse response, IAsyncEnumerable<ImageAnswer> answers, CancellationToken cancellationToken)
    {
        await foreach (ImageAnswer answer in answers.WithCancellation(cancellationToken))
        {
            if (!response.HasStarted)
            {
                response.ContentType = AcceptHeader.JsonLines;
                response.Headers["X-Accel-Buffering"] = "no"; // nginx would keep the lines until there are enough of them
                response.HttpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
            }

            await JsonSerializer.SerializeAsync(response.Body, answer, json.Value.SerializerOptions, cancellationToken);
            await response.WriteAsync("\n", cancellationToken);
            await response.Body.FlushAsync(cancellationToken);
        }
    }
}
