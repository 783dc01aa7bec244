using System.Text;
using System.Text.Json;
using DiffusionClassifier.Evaluation.Errors;

namespace DiffusionClassifier.Evaluation.Runs;

/// <summary>One line of JSON for each result, on disk as soon as it is known. Thread-safe; a truncated line is dropped.</summary>
internal sealed class ResultLog<T> : IDisposable where T : class
{
    private readonly Lock _gate = new();
    private readonly FileStream _file;
    private readonly Func<T, int> _index;
    private readonly Dictionary<int, T> _results = [];

    /// <param name="path">The file, which may exist.</param>
    /// <param name="index">The index of a result's item; of two results for one item, the later counts.</param>
    public ResultLog(string path, Func<T, int> index)
    {
        _index = index;
        _file = LogFile.Open(path);
        _file.SetLength(Read());
        _file.Seek(0, SeekOrigin.End);
    }

    /// <summary>The results for these items, as far as there are any, in the items' order.</summary>
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

    /// <exception cref="EvaluationException">It cannot be written.</exception>
    public void Add(T result)
    {
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(result, AnswerJson.Options), (byte)'\n'];
        lock (_gate)
        {
            LogFile.Append(_file, line);
            _results[_index(result)] = result;
        }
    }

    /// <summary>Adds the results of another file that this one does not have.</summary>
    /// <exception cref="EvaluationException">They cannot be written.</exception>
    public void TakeFrom(string path)
    {
        foreach (T result in Parse(File.ReadAllText(path)).Where(result => !Has(_index(result))).ToArray())
            Add(result);
    }

    public void Dispose() => _file.Dispose();

    // The length of the complete part.
    private long Read()
    {
        using var reader = new StreamReader(_file, Encoding.UTF8, leaveOpen: true);
        string text = reader.ReadToEnd();
        int end = text.LastIndexOf('\n') + 1;
        foreach (T result in Parse(text))
            _results[_index(result)] = result;
        return Encoding.UTF8.GetByteCount(text.AsSpan(0, end));
    }

    // What is complete: not an unfinished line, nor one that was being written when the power failed. Those are done again.
    private static IEnumerable<T> Parse(string text)
    {
        foreach (string line in text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            T? result = null;
            try
            {
                result = JsonSerializer.Deserialize<T>(line, AnswerJson.Options);
            }
            catch (JsonException)
            {
            }

            if (result is not null)
                yield return result;
        }
    }
}
