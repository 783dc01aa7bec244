using System.Collections.Concurrent;

namespace DiffusionClassifier.Evaluation.Benches;

/// <summary>
/// A thread that makes all of somebody's calls, one after the other. A device may keep for a thread what it prepared for its calls, and
/// prepare it again for another.
/// </summary>
internal sealed class CallingThread : IDisposable
{
    private readonly BlockingCollection<Action> _calls = [];
    private readonly Thread _thread;

    public CallingThread(string name)
    {
        _thread = new Thread(Main) { IsBackground = true, Name = name };
        _thread.Start();
    }

    /// <summary>Blocks until the thread has made the call.</summary>
    public T Call<T>(Func<T> call)
    {
        var answer = new TaskCompletionSource<T>();
        _calls.Add(() =>
        {
            try
            {
                answer.SetResult(call());
            }
            catch (Exception exception)
            {
                answer.SetException(exception);
            }
        });
        return answer.Task.GetAwaiter().GetResult();
    }

    public void Dispose()
    {
        _calls.CompleteAdding();
        _thread.Join();
        _calls.Dispose();
    }

    private void Main()
    {
        foreach (Action call in _calls.GetConsumingEnumerable())
            call();
    }
}
