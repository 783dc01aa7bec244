using System.Security.Cryptography;
using System.Text;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Jobs.Devices;
using DiffusionClassifier.Jobs.Errors;
using DiffusionClassifier.Jobs.Hosting;
using DiffusionClassifier.Jobs.Protocol;
using DiffusionClassifier.Jobs.Settings;
using DiffusionClassifier.Jobs.State;

namespace DiffusionClassifier.Jobs;

/// <summary>
/// A batch that is being sent: its requests are checked and stored as they come, and accepted together at the end. What was stored is
/// forgotten where it does not come to that. For one request, not thread-safe.
/// </summary>
public sealed class BatchUpload : IAsyncDisposable
{
    // A part is what a lost replica costs at most: some seconds of the devices here, and a few MB in memory.
    private const double PartSeconds = 3;
    private const int LargestPart = 64, UsualPart = 8;
    private const long LargestPartBytes = 8 << 20;

    private const int MostWaits = 50;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(200);

    private readonly LocalDevices _devices;
    private readonly JobsOptions _options;
    private readonly IGrainFactory _grains;
    private readonly string _tenant;
    private readonly string _id = Guid.CreateVersion7().ToString("N");
    private readonly List<StoredLine> _part = [];
    private readonly IncrementalHash _question = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly Dictionary<string, string> _models = new(StringComparer.Ordinal);
    private long _partBytes, _bytes, _rows;
    private double _partSeconds;
    private bool _isStored, _isAccepted;

    internal BatchUpload(LocalDevices devices, JobsOptions options, IGrainFactory grains, string tenant) =>
        (_devices, _options, _grains, _tenant) = (devices, options, grains, tenant);

    /// <summary>How many requests were added.</summary>
    public int Count { get; private set; }

    private IBatchGrain Batch => _grains.GetGrain<IBatchGrain>(_id);

    /// <summary>Adds a request.</summary>
    /// <param name="customId">The client's name for it.</param>
    /// <param name="request">What is asked.</param>
    /// <param name="cancellationToken">Of the call.</param>
    /// <exception cref="ClassificationException">What is wrong with it, or the batch is too large.</exception>
    public Task AddAsync(string customId, ClassificationRequest request, CancellationToken cancellationToken)
    {
        (StoredLine line, string model, long rows) = Lines.Of(_devices, request, _tenant, customId);
        return AddAsync(line, model, rows, cancellationToken);
    }

    /// <inheritdoc cref="AddAsync(string, ClassificationRequest, CancellationToken)"/>
    public Task AddAsync(string customId, MatchRequest request, CancellationToken cancellationToken)
    {
        (StoredLine line, string model, long rows) = Lines.Of(_devices, request, _tenant, customId);
        return AddAsync(line, model, rows, cancellationToken);
    }

    /// <summary>Adds an image to which the batch's template applies.</summary>
    /// <inheritdoc cref="AddAsync(string, ClassificationRequest, CancellationToken)"/>
    public Task AddAsync(string customId, byte[] image, CancellationToken cancellationToken)
    {
        _devices.Engine.CheckImage(image);
        // What an image costs is said by the fields, which may come after it.
        return AddAsync(new StoredLine(customId, IsMatch: false, Request: null, [image]), PartSeconds / UsualPart, cancellationToken);
    }

    /// <summary>Accepts the batch.</summary>
    /// <param name="template">What is asked of the images; null: each request says so itself.</param>
    /// <param name="key">The client's Idempotency-Key: a batch that is sent again is the same batch. Null: each is a new one.</param>
    /// <param name="cancellationToken">Of the call.</param>
    /// <exception cref="ClassificationException">What is wrong with the template, or the key belongs to something else.</exception>
    public async Task<BatchDescription> AcceptAsync(ClassificationRequest? template, string? key, CancellationToken cancellationToken)
    {
        if (Count == 0)
            throw new ClassificationException(ClassificationError.InvalidRequest, "The batch has no requests: send at least one.");
        StoredRequest? stored = null;
        if (template is not null)
        {
            (stored, string model, long rows) = Lines.Template(_devices, template, _tenant);
            _rows = rows * Count;
            _models[model] = "";
            _question.AppendData(Encoding.UTF8.GetBytes(stored.Request));
        }

        await StorePartAsync(cancellationToken);
        foreach (string model in _models.Keys.ToArray())
            _models[model] = (await _devices.DescribeAsync(model)).Fingerprint;
        string question = Convert.ToHexStringLower(_question.GetCurrentHash());
        string? keyGrain = key is null ? null : $"{_tenant}\n{key}";
        if (keyGrain is not null && await ClaimAsync(keyGrain, question, cancellationToken) is { } sent)
            return sent;
        JobReply reply = await Remote.Reach(Batch.AcceptAsync(new NewBatch(question, stored, _models, _rows, keyGrain)));
        _isAccepted = reply.Refusal == JobRefusal.None;
        return _isAccepted ? reply.News!.As<BatchDescription>() : throw JobErrors.Of(reply, _id);
    }

    /// <summary>Forgets what was stored, unless it was accepted.</summary>
    public async ValueTask DisposeAsync()
    {
        _question.Dispose();
        if (!_isStored || _isAccepted)
            return;
        try
        {
            await Batch.ForgetAsync();
        }
        catch (Exception)
        {
            // It expires by itself.
        }
    }

    // The batch that the key belongs to already; null: it is this one's from now on.
    private async Task<BatchDescription?> ClaimAsync(string key, string question, CancellationToken cancellationToken)
    {
        IKeyGrain grain = _grains.GetGrain<IKeyGrain>(key);
        string owner = await Remote.Reach(grain.ClaimAsync(_id, question, lost: null)) ?? throw JobErrors.Conflict();
        if (owner == _id)
            return null;
        IBatchGrain first = _grains.GetGrain<IBatchGrain>(owner);
        bool isComing = true; // the same batch was sent twice at once: the other one is about to be accepted
        for (int wait = 0; wait < MostWaits && isComing; wait++)
        {
            isComing = await Remote.Reach(first.IsComingAsync()); // before the look: what no longer comes has been accepted, or is lost
            if (await Remote.Reach(first.NewsAsync(_tenant, seen: 0)) is { } news)
                return news.As<BatchDescription>();
            if (isComing)
                await Task.Delay(BetweenLooks, cancellationToken);
        }

        await Remote.Reach(first.ForgetAsync()); // its replica was lost in between
        _ = await Remote.Reach(grain.ClaimAsync(_id, question, lost: owner)) ?? throw JobErrors.Conflict();
        return null;
    }

    private Task AddAsync(StoredLine line, string model, long rows, CancellationToken cancellationToken)
    {
        _rows += rows;
        _models[model] = "";
        return AddAsync(line, _devices.Engine.RowsPerSecond(model) is > 0 and var rate ? rows / rate : PartSeconds, cancellationToken);
    }

    private async Task AddAsync(StoredLine line, double seconds, CancellationToken cancellationToken)
    {
        long bytes = line.Images.Sum(image => (long)image.Length);
        Check(bytes);
        Lines.Append(_question, line);
        _part.Add(line);
        (Count, _partBytes, _bytes, _partSeconds) = (Count + 1, _partBytes + bytes, _bytes + bytes, _partSeconds + seconds);
        if (_partSeconds >= PartSeconds || _part.Count >= LargestPart || _partBytes >= LargestPartBytes)
            await StorePartAsync(cancellationToken);
    }

    private void Check(long bytes)
    {
        if (Count >= _options.MaxBatchRequests)
        {
            throw new ClassificationException(ClassificationError.InvalidRequest,
                $"The batch has more than {_options.MaxBatchRequests:N0} requests: send several batches.");
        }

        if (_bytes + bytes > _options.MaxBatchBytes)
        {
            throw new ClassificationException(ClassificationError.BodyTooLarge,
                $"The images of the batch have more than {_options.MaxBatchBytes:N0} bytes: send several batches.");
        }
    }

    private async Task StorePartAsync(CancellationToken cancellationToken)
    {
        if (_part.Count == 0)
            return;
        cancellationToken.ThrowIfCancellationRequested();
        _isStored = true;
        if (!await Remote.Reach(Batch.AddPartAsync(_tenant, new StoredPart { Lines = [.. _part] })))
            throw JobErrors.TooMany();
        _part.Clear();
        (_partBytes, _partSeconds) = (0, 0);
    }
}
