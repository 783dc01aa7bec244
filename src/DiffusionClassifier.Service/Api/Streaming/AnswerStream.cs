using System.Runtime.CompilerServices;
using System.Threading.Channels;
using DiffusionClassifier.Core;
using DiffusionClassifier.Core.Jobs;
using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Service.Api.Errors;
using DiffusionClassifier.Service.Api.Repeats;
using DiffusionClassifier.Service.Options;
using Microsoft.Extensions.Options;
using JsonOptions = Microsoft.AspNetCore.Http.Json.JsonOptions;

namespace DiffusionClassifier.Service.Api.Streaming;

/// <summary>
/// Answers with events: <c>progress</c> with the answer so far, at last <c>result</c> with the answer or <c>error</c> with a problem. A
/// request that is not admitted is refused as any other, with a status of its own: load balancers and clients see it. Thread-safe.
/// </summary>
internal sealed class AnswerStream(
    ClassificationEngine engine, IOptions<StreamOptions> options, IOptions<JsonOptions> json, ProblemWriter problems, TimeProvider time)
{
    /// <returns>The answer; null if there is none, which the client has been told.</returns>
    /// <exception cref="Core.Errors.ClassificationException">The request was not admitted; nothing has been sent.</exception>
    public async Task<ClassificationResult?> AnswerAsync(HttpContext context, Submission submission)
    {
        ClassificationHandle request = engine.Submit(submission with { AnswersEvery = options.Value.AnswersEvery }, context.RequestAborted);
        try
        {
            await request.Admitted;
            var events = new EventWriter(context.Response, json.Value.SerializerOptions, context.RequestAborted);
            await events.StartAsync();
            await foreach (ClassificationResult soFar in AnswersAsync(request.Progress, events, context.RequestAborted))
                await events.WriteAsync("progress", soFar);
            return await EndAsync(request.Result, events, context);
        }
        finally
        {
            // Whatever ends the stream ends the work, and what the request holds may be given back only after that.
            request.Cancel();
            await ((Task)request.Result).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async IAsyncEnumerable<ClassificationResult> AnswersAsync(
        ChannelReader<ClassificationProgress> news, EventWriter events, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        int rows = 0;
        while (await WaitAsync(news.WaitToReadAsync(cancellationToken).AsTask(), events, cancellationToken))
        {
            // None, sent already, or overtaken by that of another device.
            if (!news.TryRead(out ClassificationProgress progress) || progress.Answer is not { } answer || answer.Cost.Rows <= rows)
                continue;
            rows = answer.Cost.Rows;
            yield return answer;
        }
    }

    private async Task<bool> WaitAsync(Task<bool> more, EventWriter events, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await more.WaitAsync(options.Value.HeartbeatEvery, time, cancellationToken);
            }
            catch (TimeoutException)
            {
                await events.HeartbeatAsync();
            }
        }
    }

    private async Task<ClassificationResult?> EndAsync(Task<ClassificationResult> answer, EventWriter events, HttpContext context)
    {
        try
        {
            ClassificationResult result = await answer;
            await events.WriteAsync("result", result);
            return result;
        }
        catch (Exception exception) when (!context.RequestAborted.IsCancellationRequested)
        {
            RepeatedRequests.Forget(context); // the request was admitted: its own faults were found before
            await events.WriteAsync("error", problems.Describe(exception, context));
            return null;
        }
    }
}
