using System.Buffers;
using System.IO.Pipelines;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Jobs;
using DiffusionClassifier.Service.Api.Input;

namespace DiffusionClassifier.Service.Api.Jobs;

/// <summary>Reads JSON lines into a batch, one at a time, and says of all bad ones what is wrong. For one body.</summary>
/// <param name="upload">The batch.</param>
/// <param name="memory">Counts what a line takes while it is here.</param>
/// <param name="longest">Bytes that a line may have.</param>
/// <param name="maxValues">As <see cref="FieldValues"/> has it.</param>
internal sealed class BatchLines(BatchUpload upload, UploadMemory memory, long longest, int maxValues)
{
    private const int MostErrors = 10; // that are told at once

    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    private readonly List<string> _errors = [];
    private long _counted;
    private int _line;

    /// <exception cref="ClassificationException">Lines are bad, or the body is cut off.</exception>
    public async Task ReadAsync(Stream body, CancellationToken cancellationToken)
    {
        var lines = PipeReader.Create(body, new StreamPipeReaderOptions(bufferSize: UploadMemory.Block, leaveOpen: true));
        try
        {
            while (_errors.Count < MostErrors && await ReadSomeAsync(lines, cancellationToken))
            {
            }
        }
        catch (IOException exception) when (exception is not BadHttpRequestException)
        {
            throw new ClassificationException(ClassificationError.InvalidRequest,
                "The body ends before it is complete: the upload was cut off. Send it again.", exception);
        }
        finally
        {
            await lines.CompleteAsync();
            memory.GiveBack(_counted);
        }

        if (_errors.Count > 0)
        {
            throw new ClassificationException(ClassificationError.InvalidRequest,
                $"The batch was not accepted: correct its lines and send it again. {string.Join(' ', _errors)}");
        }
    }

    private async Task<bool> ReadSomeAsync(PipeReader lines, CancellationToken cancellationToken)
    {
        ReadResult read = await lines.ReadAsync(cancellationToken);
        ReadOnlySequence<byte> rest = read.Buffer;
        Count(rest.Length);
        while (_errors.Count < MostErrors && rest.PositionOf((byte)'\n') is { } end)
        {
            await AddAsync(rest.Slice(0, end), cancellationToken);
            rest = rest.Slice(rest.GetPosition(1, end));
        }

        if (rest.Length > longest)
            throw UploadBuffer.TooLarge(longest);
        if (read.IsCompleted && _errors.Count < MostErrors)
        {
            await AddAsync(rest, cancellationToken);
            return false;
        }

        Count(rest.Length);
        lines.AdvanceTo(rest.Start, rest.End);
        return true;
    }

    private async Task AddAsync(ReadOnlySequence<byte> line, CancellationToken cancellationToken)
    {
        _line++;
        byte[] bytes = line.ToArray(); // images are decoded in it
        if (bytes.AsSpan().Trim(" \t\r"u8).Length == 0)
            return;
        try
        {
            await BatchLine.AddAsync(bytes, upload, _ids, maxValues, cancellationToken);
        }
        catch (ClassificationException exception) when (exception.Error is not (
            ClassificationError.NotReady or ClassificationError.QuotaExceeded or ClassificationError.BodyTooLarge))
        {
            _errors.Add($"Line {_line}: {exception.Message}");
        }
    }

    private void Count(long bytes)
    {
        if (bytes > _counted)
            memory.Take(bytes - _counted);
        else
            memory.GiveBack(_counted - bytes);
        _counted = bytes;
    }
}
