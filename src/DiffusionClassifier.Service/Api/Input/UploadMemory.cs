using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Service.Options;
using Microsoft.Extensions.Options;
using Microsoft.IO;

namespace DiffusionClassifier.Service.Api.Input;

/// <summary>
/// Lends the memory that bodies are read into, and counts what they hold until the engine has admitted and decoded them: what would not
/// fit is refused. It owns that count; thread-safe.
/// </summary>
internal sealed class UploadMemory(IOptions<UploadOptions> options)
{
    /// <summary>Bytes by which a body grows: many are of one small image.</summary>
    public const int Block = 64 << 10;

    private const int Multiple = 1 << 20; // larger bodies in one piece take whole mebibytes

    private const long KeptFree = 64L << 20; // of each kind, for the next bodies: a usual day's; what a burst needed beyond that goes back

    private readonly RecyclableMemoryStreamManager _manager = new(new RecyclableMemoryStreamManager.Options
    {
        BlockSize = Block,
        LargeBufferMultiple = Multiple,
        MaximumBufferSize = Array.MaxLength / Multiple * Multiple,
        MaximumSmallPoolFreeBytes = KeptFree,
        MaximumLargePoolFreeBytes = KeptFree,
        AggressiveBufferReturn = true, // nothing keeps a view of the blocks when they become one piece
    });

    private long _taken;

    /// <summary>Bytes taken now.</summary>
    public long Taken => Interlocked.Read(ref _taken);

    /// <summary>An empty stream, nothing of which is counted yet.</summary>
    public RecyclableMemoryStream Open() => _manager.GetStream();

    /// <summary>Counts bytes that are not there yet.</summary>
    /// <exception cref="ClassificationException"><see cref="ClassificationError.Overloaded"/>: others hold too many.</exception>
    public void Take(long bytes)
    {
        if (Interlocked.Add(ref _taken, bytes) <= options.Value.MaxBytesInFlight)
            return;
        GiveBack(bytes);
        throw new ClassificationException(
            ClassificationError.Overloaded,
            "The server is receiving as many images as it has memory for: send the request again in a moment.")
        {
            RetryAfter = options.Value.RetryAfter,
        };
    }

    public void GiveBack(long bytes) => Interlocked.Add(ref _taken, -bytes);
}
