namespace DiffusionClassifier.Testing.Fuzzing;

/// <summary>Something that takes input from strangers, with what must hold for every input.</summary>
public abstract class FuzzTarget : IAsyncDisposable
{
    /// <summary>A word for options and file names.</summary>
    public abstract string Name { get; }

    /// <summary>What tells tests/fuzz to run this target.</summary>
    public virtual string Arguments => $"--target {Name}";

    /// <summary>Cases after which caches, pools and lazily loaded code are full: memory is compared from here on.</summary>
    public virtual int WarmUp => 1000;

    /// <summary>The process whose memory must stay flat.</summary>
    public virtual int ProcessId => Environment.ProcessId;

    /// <summary>The input of a case, made from its random numbers alone.</summary>
    public abstract FuzzInput Make(Random random);

    /// <summary>Feeds the input and returns how it ended, in a word to count by. Every exception means that an invariant is broken.</summary>
    public abstract Task<string> CheckAsync(byte[] input, CancellationToken cancellationToken);

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
