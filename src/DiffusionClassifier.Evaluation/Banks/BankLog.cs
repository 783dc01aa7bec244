using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using DiffusionClassifier.Evaluation.Errors;
using DiffusionClassifier.Evaluation.Runs;

namespace DiffusionClassifier.Evaluation.Banks;

/// <summary>
/// The side file of a bank that is being made: the settings on one line, then for each image its index, its label (int32) and its errors
/// (float32 [trial, class]), little-endian, in the order in which they come. Thread-safe; a truncated record is dropped.
/// </summary>
internal sealed class BankLog : IDisposable
{
    private readonly Lock _gate = new();
    private readonly FileStream _file;
    private readonly int _values; // of one image

    private BankLog(FileStream file, int values) => (_file, _values) = (file, values);

    /// <summary>Label and errors of each image so far, by index.</summary>
    public SortedDictionary<int, BankedImage> Images { get; } = [];

    /// <exception cref="EvaluationException">The file belongs to a bank with other settings.</exception>
    public static BankLog Open(string path, BankSettings settings)
    {
        FileStream file = LogFile.Open(path);
        var log = new BankLog(file, settings.Trials * settings.Labels.Count);
        try
        {
            log.Read(path, SettingsDifference.Of(settings));
            return log;
        }
        catch
        {
            log.Dispose();
            throw;
        }
    }

    public bool Has(int index)
    {
        lock (_gate)
            return Images.ContainsKey(index);
    }

    /// <exception cref="EvaluationException">It cannot be written.</exception>
    public void Add(int index, BankedImage image)
    {
        lock (_gate)
        {
            LogFile.Append(_file, [.. MemoryMarshal.AsBytes<int>([index, image.Label]), .. MemoryMarshal.AsBytes(image.Errors.AsSpan())]);
            Images[index] = image;
        }
    }

    public void Dispose() => _file.Dispose();

    private void Read(string path, JsonObject settings)
    {
        long begin = ReadSettings(path, settings);
        _file.Seek(begin, SeekOrigin.Begin);
        long end = begin, record = sizeof(int) * 2 + sizeof(float) * (long)_values;
        for (; end + record <= _file.Length; end += record)
        {
            var head = new int[2];
            var errors = new float[_values];
            _file.ReadExactly(MemoryMarshal.AsBytes(head.AsSpan()));
            _file.ReadExactly(MemoryMarshal.AsBytes(errors.AsSpan()));
            Images[head[0]] = new BankedImage(head[1], errors);
        }

        _file.SetLength(end);
        _file.Seek(end, SeekOrigin.Begin);
    }

    // The position of the first record; a file without a complete first line is started over.
    private long ReadSettings(string path, JsonObject settings)
    {
        List<byte> line = [];
        for (int next = _file.ReadByte(); next >= 0; next = _file.ReadByte())
        {
            if (next == '\n')
            {
                RequireSame(path, line, settings);
                return line.Count + 1;
            }

            line.Add((byte)next);
        }

        _file.SetLength(0);
        LogFile.Append(_file, [.. JsonSerializer.SerializeToUtf8Bytes(settings, AnswerJson.Options), (byte)'\n']);
        return _file.Position;
    }

    private static void RequireSame(string path, List<byte> line, JsonObject settings)
    {
        try
        {
            if (SettingsDifference.Find((JsonObject)JsonNode.Parse(CollectionsMarshal.AsSpan(line))!, settings) is { } difference)
            {
                throw new EvaluationException(
                    $"{path} belongs to a bank with {difference}: give the same settings to continue, or choose another --bank.");
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidCastException or NullReferenceException)
        {
            throw new EvaluationException($"{path} is not an unfinished bank: delete it, or choose another --bank.");
        }
    }
}
