using System.Text;
using System.Text.Json;
using DiffusionClassifier.Core.Contracts;

namespace DiffusionClassifier.Cli.Evaluate.Runs;

/// <summary>One line of JSON for each result, on disk as soon as it is known. Thread-safe; a line that was cut off is forgotten.</summary>
internal sealed class ResultLog<T> : IDisposable where T : class
{
    private readonly Lock _gate = new();
    private readonly FileStream _file;
    private readonly Func<T, int> _index;
    private readonly Dictionary<int, T> _results = [];

    /// <param name="path">The file, which may exist.</param>
    /// <param name="index">What a result is of; of two results of one thing the later counts.</param>
    public ResultLog(string path, Func<T, int> index)
    {
        _index = index;
        _file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        _file.SetLength(Read());
        _file.Seek(0, SeekOrigin.End);
    }

    /// <summary>The results of these things, as far as there are any, in their order, whatever order they came in.</summary>
    public IReadOnlyList<T> Of(IEnumerable<int> indices)
    {
        lock (_gate)
            return [.. indices.Where(_results.ContainsKey).Select(index => _results[index])];
    }

    public bool Has(int index)
    {
        lock (_gate)
            return _results.ContainsKey(index);
    }

    public void Add(T result)
    {
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(result, AnswerJson.Options), (byte)'\n'];
        lock (_gate)
        {
            _results[_index(result)] = result;
            _file.Write(line);
            _file.Flush();
        }
    }

    public void Dispose() => _file.Dispose();

    // The length of what is whole.
    private long Read()
    {
        using var reader = new StreamReader(_file, Encoding.UTF8, leaveOpen: true);
        string text = reader.ReadToEnd();
        int end = text.LastIndexOf('\n') + 1;
        foreach (string line in text[..end].Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            try
            {
                if (JsonSerializer.Deserialize<T>(line, AnswerJson.Options) is { } result)
                    _results[_index(result)] = result;
            }
            catch (JsonException)
            {
                // A machine that lost power: this picture is done again.
            }
        }

        return Encoding.UTF8.GetByteCount(text.AsSpan(0, end));
    }
}
