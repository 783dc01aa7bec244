using System.Text.Json;
using DiffusionClassifier.Core.Blocks;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Jobs.Devices;
using DiffusionClassifier.Jobs.Protocol;
using DiffusionClassifier.Jobs.State;
using ErrorCode = DiffusionClassifier.Contracts.ErrorCode;

namespace DiffusionClassifier.Jobs.Grains;

/// <summary>
/// Drives one job to its answer: hands its rows out to the replicas in blocks, takes what comes back, stores what is known, and begins
/// again where that was lost. Runs on its grain's scheduler, which is the only one to use it.
/// </summary>
internal sealed class JobRun
{
    // One runs, the next one waits there: the replica's devices never wait for a call.
    private const int BlocksPerReplica = 2;

    private const double ShortestBlockSeconds = 0.1; // below that a call would cost too much of it

    // Where a job is taken up from another replica, its first blocks grow with the time since: who waits soon sees that it goes on.
    private const double FirstBlockSeconds = 0.25;

    private const int MostFailures = 3; // of the model, before the job is given up: one replica's may be out of order

    private readonly JobContext _context;
    private readonly string _id;
    private readonly GrainId _grain;
    private readonly JobRecord _record;
    private readonly JobSettings _settings;
    private readonly string _digest;
    private readonly int[] _further;
    private readonly bool _deterministic;
    private readonly DividedJob _job;
    private readonly Calls<Block, BlockReply> _calls;
    private readonly List<StoredBlock> _unstored = []; // what came back since errors were stored
    private long? _takenUp; // when it was taken up from another replica; null: it began here
    private long _begun; // when the rows began whose speed counts: the first block also encodes, and waits for what is started
    private long _stored;
    private int _rowsAtBegin;
    private int _failures;

    /// <param name="context">What all jobs of a replica use.</param>
    /// <param name="grain">The job's grain.</param>
    /// <param name="id">The job.</param>
    /// <param name="record">Its record; <see cref="JobContext.Save"/> stores it.</param>
    /// <param name="settings">What was asked, further trials included.</param>
    /// <param name="deterministic">Whether all rows must run on devices of one kind.</param>
    public JobRun(JobContext context, GrainId grain, string id, JobRecord record, JobSettings settings, bool deterministic)
    {
        (_context, _grain, _id, _record, _settings, _deterministic) = (context, grain, id, record, settings, deterministic);
        (_digest, _further) = (settings.Digest(), [.. record.Further.Select(further => further.Count)]);
        _job = new DividedJob(settings, id);
        _calls = new Calls<Block, BlockReply>(context.Supplies.Time);
        _begun = _stored = context.Supplies.Time.GetTimestamp();
    }

    /// <summary>Rows that are done.</summary>
    public int Rows => _job.RowsRecorded;

    /// <summary>Rows that it may still cost.</summary>
    public int RowsLeft => _job.RemainingRows;

    /// <summary>The best answer so far; null: none yet.</summary>
    public ClassificationResult? Answer => _job.Answer(Cost());

    /// <summary>Seconds until the last row, if no label is eliminated any more; null: not known yet.</summary>
    public double? SecondsLeft
    {
        get
        {
            double elapsed = _context.Supplies.Time.GetElapsedTime(_begun).TotalSeconds;
            int done = _job.RowsRecorded - _rowsAtBegin;
            return done > 0 && elapsed > 0 ? _job.RemainingRows * elapsed / done : null;
        }
    }

    /// <summary>Runs until there is an answer, or a failure.</summary>
    /// <returns>The answer as JSON.</returns>
    /// <exception cref="JobFailedException">The request is at fault, or the model failed.</exception>
    /// <exception cref="ClassificationException">The image is none that the model chosen for the request can answer.</exception>
    /// <exception cref="OperationCanceledException">It was told to stop.</exception>
    public async Task<string> RunAsync(CancellationToken stop)
    {
        await RestoreAsync();
        _record.Begun ??= _context.Supplies.Time.GetUtcNow();
        _record.FixedRows = _job.FixedRows;
        while (!_job.IsDecided)
        {
            await Task.Yield(); // blocks that are done at once would keep every other call of the grain waiting
            stop.ThrowIfCancellationRequested();
            await HandOutAsync(stop);
            await _calls.AnyAsync(stop);
            foreach (Calls<Block, BlockReply>.Call call in _calls.TakeCompleted())
                await CollectAsync(call);
            if (_context.Supplies.Time.GetElapsedTime(_stored) >= _context.Supplies.Options.StoreEvery || _job.IsDecided)
                await _context.RetryAsync(StoreAsync);
        }

        ClassificationResult answer = _job.Answer(Cost())!;
        if (_settings.InsteadOf is { } classModel)
            FreeText.RequireKnown(answer, classModel);
        return JsonSerializer.Serialize(answer, AnswerJson.Options);
    }

    /// <summary>Stores what came back since the last time, so that another replica can take the job up from here.</summary>
    public async Task StoreAsync()
    {
        _stored = _context.Supplies.Time.GetTimestamp();
        if (_unstored.Count == 0)
            return;
        int count = _unstored.Count;
        await _context.Supplies.Data.WriteErrorsAsync(_grain, _record.Parts, new StoredErrors { Blocks = [.. _unstored] });
        _unstored.RemoveRange(0, count);
        (_record.Parts, _record.Rows) = (_record.Parts + 1, _job.RowsRecorded);
        await _context.RetryAsync(_context.Save);
    }

    private async Task RestoreAsync()
    {
        if (!_record.HasLatent || await _context.Supplies.Data.LatentAsync(_grain) is not { } latent)
            return;
        _job.Begin(latent.SamePrompts, latent.Warnings);
        for (int part = 0; part < _record.Parts; part++)
        {
            StoredErrors? errors = await _context.Supplies.Data.ErrorsAsync(_grain, part);
            foreach (StoredBlock block in errors?.Blocks ?? []) // what a store has lost runs once more
                _job.Record(block.ToBlock(), block.Errors);
        }

        (_rowsAtBegin, _takenUp) = (_job.RowsRecorded, _context.Supplies.Time.GetTimestamp());
    }

    private async Task HandOutAsync(CancellationToken stop)
    {
        if (!_job.HasBegun && _calls.Count > 0)
            return;
        IReadOnlyList<Replica> all = await _context.Supplies.Replicas.WithAsync(_record.Model);
        if (all.FirstOrDefault(replica => replica.Silo.Equals(_context.Supplies.Silo.SiloAddress)) is { } here && !IsLikeOurs(here))
            throw new InvalidOperationException("The model or the devices of this replica are others than when the job began.");
        IReadOnlyList<Replica> replicas = [.. all.Where(replica => IsLikeOurs(replica) && !_calls.IsPaused(replica))];
        if (!_job.HasBegun)
        {
            if (replicas.FirstOrDefault(replica => replica.Silo.Equals(_context.Supplies.Silo.SiloAddress)) is { } first)
                Start(first, _job.First, onFile: true, stop);
            return;
        }

        double rate = replicas.Sum(replica => replica.Rate);
        while (LeastBusy(replicas) is { } replica && _job.Take(RowsFor(replica, rate)) is { } block)
            Start(replica, block, onFile: false, stop);
    }

    private Replica? LeastBusy(IReadOnlyList<Replica> replicas) =>
        _context.Supplies.HandedOut.LeastBusy(replicas.Where(replica => _calls.At(replica) < BlocksPerReplica));

    // A block of the usual length, or a shorter one at first; near a look, a part by the replica's speed of what is left before it.
    private int RowsFor(Replica replica, double rate)
    {
        double usual = replica.Rate * BlockSeconds, shortest = replica.Rate * ShortestBlockSeconds;
        double part = _job.OpenRows * replica.Rate / rate / BlocksPerReplica;
        return (int)Math.Clamp(Math.Min(usual, Math.Max(shortest, part)), 1, int.MaxValue);
    }

    private double BlockSeconds => _takenUp is { } since
        ? Math.Min(_context.Supplies.Options.BlockSeconds,
            Math.Max(FirstBlockSeconds, _context.Supplies.Time.GetElapsedTime(since).TotalSeconds))
        : _context.Supplies.Options.BlockSeconds;

    private bool IsLikeOurs(Replica replica) => _record.Fingerprint == Fingerprint(replica.Model, _deterministic);

    /// <summary>What a replica must have in common with those that ran other rows of the job.</summary>
    public static string Fingerprint(ReplicaModel model, bool deterministic) =>
        deterministic ? $"{model.Fingerprint} {model.Kind}" : model.Fingerprint;

    private void Start(Replica replica, Block block, bool onFile, CancellationToken stop) => _calls.Add(
        replica, block, _context.Supplies.HandedOut.CountAsync(
            replica, _job.RowsOf(block), _context.Supplies.Replicas.On(replica).ComputeAsync(
                BlockCall.Of(_id, block, onFile, _digest, _record.Created) with { Further = _further, Run = _record.Runs }, stop)));

    private async Task CollectAsync(Calls<Block, BlockReply>.Call call)
    {
        if (!call.Reply.IsCompletedSuccessfully || (IsOfOneReplica(await call.Reply) && ++_failures < MostFailures))
            Lose(call);
        else
            await TakeAsync(call.Work, await call.Reply);
    }

    // A broken device fails every block, and a replica may lack the model: another one, or the same one later, may do better.
    private static bool IsOfOneReplica(BlockReply reply) =>
        reply.ErrorCode == ErrorCode.Of(ClassificationError.ModelFailure)
        || reply.ErrorCode == ErrorCode.Of(ClassificationError.UnknownModel);

    private async Task TakeAsync(Block block, BlockReply reply)
    {
        if (reply.ErrorCode is { } code)
            throw new JobFailedException(code, reply.ErrorDetail!);
        if (!_job.HasBegun)
        {
            await _context.RetryAsync(() => _context.Supplies.Data.WriteAsync(_grain, reply.Latent!));
            _record.HasLatent = true;
            await _context.RetryAsync(_context.Save);
            _job.Begin(reply.Latent!.SamePrompts, reply.Latent.Warnings);
            (_begun, _rowsAtBegin) = (_context.Supplies.Time.GetTimestamp(), _job.RowsOf(block));
        }

        _job.Record(block, reply.Errors);
        _unstored.Add(StoredBlock.Of(block, reply.Errors));
        _record.Compute += reply.Compute;
        _record.Batches += reply.Batches;
        _context.Changed();
    }

    private void Lose(Calls<Block, BlockReply>.Call call)
    {
        if (_job.HasBegun)
            _job.GiveBack(call.Work);
        _calls.Failed(call.Replica);
        _context.Supplies.HandedOut.Fail(call.Replica);
        if (call.Reply.Exception is { } exception)
            _context.LogLost(_id, call.Replica.Silo, exception.GetBaseException());
    }

    private CostSummary Cost()
    {
        DateTimeOffset now = _context.Supplies.Time.GetUtcNow();
        return new CostSummary(_job.RowsRecorded, _job.FixedRows, _record.Batches, ((_record.Begun ?? now) - _record.Created).TotalSeconds,
            _record.Compute.TotalSeconds, (now - _record.Asked).TotalSeconds);
    }
}
