namespace DiffusionClassifier.Testing.Fuzzing;

/// <summary>
/// Runs cases of a target one after the other. A case depends on (seed, number) alone. The input that is being tried lies in
/// <c>artifacts/fuzz/</c>, where it survives a crash of the process; so does the input of a failure, under its seed and number.
/// </summary>
public static class FuzzRun
{
    private static readonly TimeSpan HangLimit = TimeSpan.FromMinutes(1); // a case takes milliseconds: this is for endless loops, not for busy machines
    private static readonly string Folder = Path.Combine(Repository.Root, "artifacts", "fuzz");

    /// <exception cref="FuzzException">A case broke an invariant.</exception>
    public static async Task<FuzzReport> RunAsync(FuzzTarget target, int seed, IEnumerable<int> cases, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Folder);
        string running = Path.Combine(Folder, $"{target.Name}-running.bin");
        SortedDictionary<string, int> outcomes = new(StringComparer.Ordinal);
        int count = 0;
        long warm = 0;
        foreach (int number in cases)
        {
            cancellationToken.ThrowIfCancellationRequested();
            FuzzInput input = target.Make(new Random(Mix(seed, number)));
            await File.WriteAllBytesAsync(running, input.Bytes, cancellationToken);
            string outcome = await CheckAsync(target, input, seed, number, cancellationToken);
            outcomes[outcome] = outcomes.GetValueOrDefault(outcome) + 1;
            if (++count == target.WarmUp)
                warm = ProcessMemory.Settled(target.ProcessId).Resident;
        }

        File.Delete(running);
        ProcessMemory memory = ProcessMemory.Settled(target.ProcessId);
        return new FuzzReport(count, outcomes, warm == 0 ? 0 : memory.Resident - warm, GC.GetTotalMemory(forceFullCollection: true), memory.Peak);
    }

    private static async Task<string> CheckAsync(FuzzTarget target, FuzzInput input, int seed, int number, CancellationToken cancellationToken)
    {
        try
        {
            return await Task.Run(() => target.CheckAsync(input.Bytes, cancellationToken), cancellationToken).WaitAsync(HangLimit, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            string file = Path.Combine(Folder, $"{target.Name}-seed{seed}-case{number}.bin");
            await File.WriteAllBytesAsync(file, input.Bytes, cancellationToken);
            string what = exception is TimeoutException ? $"it takes longer than {HangLimit.TotalSeconds:F0} s" : exception.Message;
            throw new FuzzException(
                $"{target.Name}, seed {seed}, case {number} ({input.Origin}): {what}\nIts {input.Bytes.Length} bytes are in {file}. "
                + $"Again: dotnet run --project tests/fuzz -- {target.Arguments} --seed {seed} --case {number}", exception);
        }
    }

    // Neighbouring numbers must not give neighbouring sequences. The constants are those of Knuth's multiplicative hash and of MurmurHash3's end.
    private static int Mix(int seed, int number)
    {
        uint mixed = unchecked((uint)seed * 2654435761u + (uint)number);
        mixed = unchecked((mixed ^ (mixed >> 16)) * 0x85EBCA6B);
        return (int)(mixed ^ (mixed >> 13));
    }
}
