using DiffusionClassifier.Jobs.Protocol;
using DiffusionClassifier.Jobs.State;
using DiffusionClassifier.Jobs.Storage;
using Microsoft.Extensions.Logging;

namespace DiffusionClassifier.Jobs.Grains;

/// <summary>Many requests, a few at a time on every replica.</summary>
internal sealed class BatchGrain(
    [PersistentState("batch", JobsStore.Name)] IPersistentState<BatchRecord> stored, GrainSupplies supplies, ILogger<BatchGrain> logger)
    : WorkGrain<BatchRecord>(stored, supplies, logger), IBatchGrain
{
    // A batch that is being sent for longer than this is given up: its client is gone.
    private static readonly TimeSpan LongestUpload = TimeSpan.FromHours(6);

    private long _begun;
    private int _answeredAtBegin;
    private long _saved;

    protected override IndexEntry Entry =>
        new(EntryKind.Batch, Record.Tenant, Record.Created, Record.Models.Keys.FirstOrDefault(""), Record.FixedRows);

    protected override long RowsLeft => Record.FixedRows * (Record.Total - Answered) / Math.Max(1, Record.Total);

    protected override object Description => new BatchDescription(
        Id, Record.Status, Record.Created, Record.Ended, Expires, Record.Total, Record.Succeeded, Record.Failed, Record.FixedRows,
        SecondsLeft, Record.ErrorCode is { } code ? new JobError(code, Record.ErrorDetail!) : null);

    protected override bool IsUnfinished => Record.IsAccepted && !Record.IsEnded;

    private int Answered => Record.Succeeded + Record.Failed;

    private double? SecondsLeft => Record.Status == JobStatus.Running && Answered > _answeredAtBegin
        ? Supplies.Time.GetElapsedTime(_begun).TotalSeconds * (Record.Total - Answered) / (Answered - _answeredAtBegin)
        : null;

    private GrainId Self => this.GetGrainId();

    public async Task<bool> AddPartAsync(string tenant, StoredPart part)
    {
        if (Record.IsAccepted)
            throw new InvalidOperationException("The batch was accepted already.");
        if (!IsStored)
        {
            (Record.Tenant, Record.Created) = (tenant, Supplies.Time.GetUtcNow());
            if (!await EnterUploadAsync())
                return false;
        }

        await Supplies.Data.WriteAsync(Self, Record.Parts.Count, part);
        Record.Parts.Add(part.Lines.Length);
        await SaveAsync();
        return true;
    }

    public Task<bool> IsComingAsync() => Task.FromResult(IsStored && !Record.IsAccepted);

    public async Task<JobReply> AcceptAsync(NewBatch batch)
    {
        if (!IsStored)
            throw new InvalidOperationException("The batch was given up meanwhile.");
        if (!Record.IsAccepted)
        {
            (Record.Question, Record.Template, Record.Models) = (batch.Question, batch.Template, batch.Models);
            (Record.FixedRows, Record.Key, Record.Done) = (batch.FixedRows, batch.Key, new bool[Record.Parts.Count]);
            (Record.IsAccepted, Record.Status, Record.Created) = (true, JobStatus.Queued, Supplies.Time.GetUtcNow());
            try
            {
                await SaveAsync();
            }
            catch
            {
                Record.IsAccepted = false; // what is not stored is not accepted
                throw;
            }
        }

        if (Record.IsEnded || await EnterAsync())
            return new JobReply(News());
        await ForgetAllAsync();
        return JobReply.Refused(JobRefusal.TooMany);
    }

    public async Task<StoredResults?> ResultsAsync(string tenant, int part) =>
        IsOf(tenant) && part >= 0 && part < Record.Done.Length && Record.Done[part] ? await Supplies.Data.ResultsAsync(Self, part) : null;

    public Task<BatchParts?> PartsAsync(string tenant) =>
        Task.FromResult(IsOf(tenant) ? new BatchParts([.. Record.Parts], [.. Record.Done]) : null);

    protected override bool IsOf(string tenant) => Record.IsAccepted && base.IsOf(tenant);

    protected override async Task WorkAsync(CancellationToken stop)
    {
        foreach (string model in Record.Models.Keys)
            await Supplies.Devices.WarmAsync(model, stop);
        await BeginAgainWhereModelsChangedAsync();
        stop.ThrowIfCancellationRequested(); // a batch that was canceled meanwhile stays so
        (Record.Status, Record.Runs) = (JobStatus.Running, Record.Runs + 1);
        await SaveAsync();
        Change();
        (_begun, _answeredAtBegin) = (Supplies.Time.GetTimestamp(), Answered);
        JobContext context = Context(stop);
        await new PartsRun(context, Self, Record.Template, Record.Models, Record.Done, Record.Runs,
            (part, results) => TakeAsync(context, part, results)).RunAsync(stop);
    }

    protected override void TakeStock()
    {
    }

    protected override Task StoreRestAsync() => Record.IsAccepted ? SaveAsync() : Task.CompletedTask;

    protected override Task ClearInputAsync() => Supplies.Data.ClearPartsAsync(Self, Record.Parts.Count);

    protected override async Task ClearDataAsync()
    {
        await Supplies.Data.ClearPartsAsync(Self, Record.Parts.Count);
        await Supplies.Data.ClearResultsAsync(Self, Record.Parts.Count);
        if (Record.Key is { } key)
            await GrainFactory.GetGrain<IKeyGrain>(key).ForgetAsync(Id);
    }

    // Until it is accepted it may go as if it had ended.
    private Task<bool> EnterUploadAsync() => GrainFactory.GetGrain<IJobIndexGrain>(0).AddAsync(
        Id, Entry with { Expires = Record.Created + LongestUpload });

    // Answers of two versions of a model are not mixed.
    private async Task BeginAgainWhereModelsChangedAsync()
    {
        bool changed = false;
        foreach ((string model, string fingerprint) in Record.Models.ToArray())
        {
            string own = (await Supplies.Devices.DescribeAsync(model)).Fingerprint;
            changed |= own != fingerprint;
            Record.Models[model] = own;
        }

        if (changed)
            (Record.Done, Record.Succeeded, Record.Failed) = (new bool[Record.Parts.Count], 0, 0);
    }

    private async Task TakeAsync(JobContext context, int part, LineResult[] results)
    {
        await context.RetryAsync(() => Supplies.Data.WriteAsync(Self, part, new StoredResults { Lines = results }));
        int failed = results.Count(result => result.ErrorCode is not null);
        (Record.Succeeded, Record.Failed) = (Record.Succeeded + results.Length - failed, Record.Failed + failed);
        Record.Done[part] = true; // together with the numbers, whoever saves next
        if (Supplies.Time.GetElapsedTime(_saved) < Supplies.Options.StoreEvery)
            return;
        _saved = Supplies.Time.GetTimestamp();
        await context.RetryAsync(SaveAsync);
    }
}
