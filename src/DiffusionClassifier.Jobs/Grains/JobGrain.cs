using System.Text.Json;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Jobs.Devices;
using DiffusionClassifier.Jobs.Protocol;
using DiffusionClassifier.Jobs.State;
using DiffusionClassifier.Jobs.Storage;
using Microsoft.Extensions.Logging;

namespace DiffusionClassifier.Jobs.Grains;

/// <summary>One image and its labels, whose rows run on all replicas; or images and captions, which one replica answers.</summary>
internal sealed class JobGrain(
    [PersistentState("job", JobsStore.Name)] IPersistentState<JobRecord> stored, GrainSupplies supplies, ILogger<JobGrain> logger)
    : WorkGrain<JobRecord>(stored, supplies, logger), IJobGrain
{
    private JobRun? _run;

    protected override IndexEntry Entry => new(EntryKind.Job, Record.Tenant, Record.Created, Record.Model, Record.FixedRows);

    protected override long RowsLeft => _run?.RowsLeft ?? Record.FixedRows;

    protected override object Description => Record.Describe(Id, _run, Expires);

    private JobData Data => Supplies.Data;

    private GrainId Self => this.GetGrainId();

    private IEnumerable<int> Further => Record.Further.Select(further => further.Count);

    public async Task<JobReply> SubmitAsync(NewJob job)
    {
        bool isNew = !IsStored;
        if (isNew)
        {
            await Data.WriteAsync(Self, job.Line.Request!);
            bool isWhole = IsWhole(job.Line);
            if (isWhole)
                await Data.WriteAsync(Self, part: 0, new StoredPart { Lines = [job.Line] });
            else
                await Data.WriteAsync(Self, new StoredFile { Bytes = job.Line.Images[0] });
            (Record.Tenant, Record.Question, Record.Created) = (job.Line.Request!.Tenant, job.Question, Supplies.Time.GetUtcNow());
            (Record.Model, Record.Status, Record.FixedRows, Record.Asked) = (job.Model, JobStatus.Queued, job.FixedRows, Record.Created);
            (Record.IsMatch, Record.IsWhole) = (job.Line.IsMatch, isWhole);
            await SaveAsync();
        }

        if (Record.Question != job.Question || Record.Tenant != job.Line.Request!.Tenant)
            return JobReply.Refused(JobRefusal.Conflict);
        JobReply reply = await EnteredAsync();
        if (isNew && reply.Refusal != JobRefusal.None)
            await ForgetAllAsync();
        return reply;
    }

    public async Task<JobReply> AddTrialsAsync(string tenant, int trials, string? key)
    {
        if (!IsOf(tenant))
            return JobReply.Refused(JobRefusal.Unknown);
        if (key is not null && Record.Further.Find(further => further.Key == key) is { } sent)
            return sent.Count == trials ? await EnteredAsync() : JobReply.Refused(JobRefusal.Conflict);
        if (Record.Status != JobStatus.Succeeded || IsEnding || Record.IsWhole)
            return JobReply.Refused(JobRefusal.NotAnswered);
        StoredRequest request = await Data.RequestAsync(Self) ?? throw NotStored();
        JobSettings settings;
        try
        {
            settings = Supplies.Devices.Prepare(request, [.. Further, trials]);
        }
        catch (ClassificationException refusal)
        {
            return JobReply.Refused(JobRefusal.Invalid) with { Reason = (refusal.Field ?? "trials", refusal.Message) };
        }

        (long rows, DateTimeOffset? ended) = (Record.FixedRows, Record.Ended);
        Record.Further.Add(new FurtherTrials(trials, key));
        (Record.Status, Record.Ended, Record.Asked) = (JobStatus.Queued, null, Supplies.Time.GetUtcNow());
        (Record.FixedRows, Record.Begun) = (settings.FixedRows, null);
        try
        {
            await SaveAsync();
        }
        catch
        {
            TakeBack();
            throw;
        }

        Change();
        JobReply reply = await EnteredAsync();
        if (reply.Refusal != JobRefusal.None)
        {
            TakeBack();
            await SaveAsync();
        }

        return reply;

        void TakeBack()
        {
            Record.Further.RemoveAt(Record.Further.Count - 1);
            (Record.Status, Record.Ended, Record.FixedRows) = (JobStatus.Succeeded, ended, rows);
        }
    }

    protected override async Task WorkAsync(CancellationToken stop)
    {
        _run = null;
        StoredRequest request = await Data.RequestAsync(Self) ?? throw NotStored();
        await Supplies.Devices.WarmAsync(Record.Model, stop);
        string answer = await (Record.IsWhole ? AnswerWholeAsync(stop) : ClassifyAsync(request, stop));
        if (!Record.IsEnded)
            Record.Answer = answer;
    }

    protected override void TakeStock() => Record.Rows = _run?.Rows ?? Record.Rows;

    protected override void ForgetRun() => _run = null;

    protected override Task StoreRestAsync() => _run?.StoreAsync() ?? Task.CompletedTask;

    protected override async Task ClearInputAsync()
    {
        await Data.ClearFileAsync(Self);
        if (Record.IsWhole)
            await Data.ClearPartsAsync(Self, parts: 1);
    }

    protected override async Task ClearDataAsync()
    {
        await Data.ClearAsync(Self, Record.Parts);
        await Data.ClearPartsAsync(Self, parts: 1);
    }

    private async Task<JobReply> EnteredAsync() =>
        Record.IsEnded || await EnterAsync() ? new JobReply(News()) : JobReply.Refused(JobRefusal.TooMany);

    private static bool IsWhole(StoredLine line) =>
        line.IsMatch || LocalDevices.Read<ClassificationRequest>(line.Request!).AsksForExplanation();

    private static JobFailedException NotStored() =>
        new("internal_error", "The request of this job is not stored any more: send it again.");

    private async Task<string> ClassifyAsync(StoredRequest request, CancellationToken stop)
    {
        bool deterministic = LocalDevices.Read<ClassificationRequest>(request).Deterministic;
        await BeginAsync(deterministic, Supplies.Devices.Prepare(request), stop);
        JobSettings settings = Supplies.Devices.Prepare(request, [.. Further]);
        var run = new JobRun(Context(stop), Self, Id, Record, settings, deterministic);
        _run = run;
        string answer = await run.RunAsync(stop);
        Record.Rows = run.Rows;
        return answer;
    }

    private async Task<string> AnswerWholeAsync(CancellationToken stop)
    {
        (Record.Status, Record.Begun, Record.Runs) = (JobStatus.Running, Supplies.Time.GetUtcNow(), Record.Runs + 1);
        await SaveAsync();
        Change();
        var models = new Dictionary<string, string> { [Record.Model] = (await Supplies.Devices.DescribeAsync(Record.Model)).Fingerprint };
        LineResult? result = null;
        await new PartsRun(Context(stop), Self, template: null, models, [false], Record.Runs, (_, results) =>
        {
            result = results[0];
            return Task.CompletedTask;
        }).RunAsync(stop);
        if (result!.ErrorCode is { } code)
            throw new JobFailedException(code, result.ErrorDetail!);
        return Record.IsMatch
            ? Own(result.Answer!, (MatchResult match) => (match with { Id = Id }, match.Cost))
            : Own(result.Answer!, (ClassificationResult answer) => (answer with { Id = Id }, answer.Cost));
    }

    // The answer under the job's own name.
    private string Own<T>(string answer, Func<T, (T Answer, CostSummary Cost)> rename)
    {
        (T own, CostSummary cost) = rename(JsonSerializer.Deserialize<T>(answer, AnswerJson.Options)!);
        Record.Rows = cost.Rows;
        return JsonSerializer.Serialize(own, AnswerJson.Options);
    }

    // Rows of another version of the model, or for a deterministic job of another kind of device, are not mixed with this one's.
    private async Task BeginAsync(bool deterministic, JobSettings settings, CancellationToken stop)
    {
        string own = JobRun.Fingerprint(await Supplies.Devices.DescribeAsync(Record.Model), deterministic);
        string digest = settings.Digest();
        if (Record.Fingerprint != own || Record.Settings != digest)
        {
            await Data.ClearErrorsAsync(Self, Record.Parts);
            (Record.Fingerprint, Record.Settings, Record.HasLatent, Record.Parts, Record.Rows) = (own, digest, false, 0, 0);
        }

        stop.ThrowIfCancellationRequested(); // a job that was canceled meanwhile stays so

        (Record.Status, Record.Runs) = (JobStatus.Running, Record.Runs + 1);
        await SaveAsync();
        Change();
    }
}
