using CsCheck;

namespace DiffusionClassifier.Testing.Fuzzing;

/// <summary>A case that broke an invariant.</summary>
/// <param name="Case">As it came.</param>
/// <param name="Smallest">The smallest that failed with the same kind of exception.</param>
/// <param name="Exception">The smallest one's.</param>
/// <param name="Seed">From which CsCheck's numbers make the case.</param>
/// <param name="Repeats">Whether anything failed once more.</param>
internal sealed record FuzzFailure(FuzzCase Case, FuzzCase Smallest, Exception Exception, string Seed, bool Repeats)
{
    private const int Candidates = 5000; // those that are not smaller than the smallest so far are not tried

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1); // with cases that take long

    /// <summary>Has CsCheck look for the smallest. What hangs is left as it is: each try would take as long again.</summary>
    public static async Task<FuzzFailure> ShrinkAsync(
        FuzzTarget target,
        FuzzCase failing,
        Exception exception,
        string seed,
        Func<FuzzInput, Task> tryAsync,
        CancellationToken cancellationToken)
    {
        if (exception is TimeoutException)
            return new FuzzFailure(failing, failing, exception, seed, Repeats: true);
        SimplerCases cases = new(target, failing, PCG.Parse(seed));
        long begin = TimeProvider.System.GetTimestamp();
        try
        {
            await cases.SampleAsync(CheckAsync, iter: Candidates, threads: 1);
            cancellationToken.ThrowIfCancellationRequested();
            return new FuzzFailure(failing, failing, exception, seed, Repeats: false);
        }
        catch (CsCheckException smallest)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return new FuzzFailure(failing, cases.Smallest, smallest.InnerException!, seed, Repeats: true);
        }

        async Task CheckAsync(FuzzCase candidate)
        {
            if (cancellationToken.IsCancellationRequested || TimeProvider.System.GetElapsedTime(begin) > Patience)
                return;
            try
            {
                await tryAsync(candidate.Input);
            }
            catch (Exception other) when (other.GetType() == exception.GetType())
            {
                cases.Smallest = candidate;
                throw;
            }
            catch (Exception) when (!cancellationToken.IsCancellationRequested)
            {
                // Another failure is not this one made smaller; it has cases of its own.
            }
        }
    }
}
