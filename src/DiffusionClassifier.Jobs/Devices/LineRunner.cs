using System.Text.Json;
using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Jobs.State;
using ErrorCode = DiffusionClassifier.Contracts.ErrorCode;

namespace DiffusionClassifier.Jobs.Devices;

/// <summary>Answers whole requests of one part on this replica's engine, as bulk work. For one part.</summary>
/// <param name="devices">The engine.</param>
/// <param name="time">The clock.</param>
/// <param name="template">What is asked where a request does not say so itself.</param>
/// <param name="isLastTry">Whether a failure of the model is a result.</param>
internal sealed class LineRunner(LocalDevices devices, TimeProvider time, StoredRequest? template, bool isLastTry)
{
    private const string InternalError = "internal_error";

    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(200); // for a place in the engine's queue

    private readonly object _group = new(); // counts as one request of its tenant

    /// <returns>Its answer, or what is wrong with it.</returns>
    /// <exception cref="ClassificationException">This replica cannot answer now; another one may.</exception>
    public async Task<LineResult> AnswerAsync(StoredLine line, CancellationToken cancellationToken)
    {
        StoredRequest request = line.Request ?? template ?? throw new InvalidOperationException("The request is not stored.");
        while (true)
        {
            try
            {
                string answer = line.IsMatch
                    ? await MatchAsync(request, line.Images, cancellationToken)
                    : await ClassifyAsync(request, line.Images[0], cancellationToken);
                return new LineResult(line.CustomId, answer, ErrorCode: null, ErrorDetail: null);
            }
            catch (ClassificationException busy) when (busy.Error is ClassificationError.Overloaded or ClassificationError.QuotaExceeded)
            {
                TimeSpan wait = busy.RetryAfter ?? ShortestWait;
                await Task.Delay(wait > ShortestWait ? wait : ShortestWait, time, cancellationToken);
            }
            catch (ClassificationException failure) when (IsResult(failure.Error))
            {
                return new LineResult(line.CustomId, Answer: null, ErrorCode.Of(failure.Error), failure.Message);
            }
            catch (Exception fault) when (isLastTry && fault is not (ClassificationException or OperationCanceledException))
            {
                // Our own: the other requests are answered all the same.
                return new LineResult(
                    line.CustomId, Answer: null, InternalError, "This request failed for a reason that the server does not know.");
            }
        }
    }

    private bool IsResult(ClassificationError error) => error switch
    {
        ClassificationError.Draining or ClassificationError.NotReady or ClassificationError.NotAlive => false,
        ClassificationError.ModelFailure or ClassificationError.UnknownModel => isLastTry,
        _ => true,
    };

    private async Task<string> ClassifyAsync(StoredRequest stored, byte[] image, CancellationToken cancellationToken)
    {
        var request = LocalDevices.Read<ClassificationRequest>(stored) with { Image = image, Priority = PriorityClass.Bulk };
        ClassificationResult answer = await devices.Engine.Submit(
            new Submission(request) { Caller = new Caller(stored.Tenant), Group = _group, Chosen = devices.Choice(stored, request.Model) },
            cancellationToken).Result;
        return answer.Decision.Complete ? JsonSerializer.Serialize(answer, AnswerJson.Options) : throw CutShort();
    }

    private async Task<string> MatchAsync(StoredRequest stored, byte[][] images, CancellationToken cancellationToken)
    {
        MatchRequest request = LocalDevices.Read<MatchRequest>(stored) with
        {
            Images = [.. images.Select(image => (ReadOnlyMemory<byte>)image)],
            Priority = PriorityClass.Bulk,
        };
        MatchResult answer = await devices.Matcher.MatchAsync(
            request, new Caller(stored.Tenant), chosen: devices.Choice(stored, request.Model), cancellationToken: cancellationToken);
        int trials = request.Trials ?? devices.Engine.Models.Find(request.Model).Manifest.DefaultTrials;
        return answer.Trials >= trials ? JsonSerializer.Serialize(answer, AnswerJson.Options) : throw CutShort();
    }

    private static ClassificationException CutShort() =>
        new(ClassificationError.Draining, "The engine had to stop before the answer was complete.");
}
