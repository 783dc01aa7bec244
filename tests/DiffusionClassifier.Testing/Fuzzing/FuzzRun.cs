using CsCheck;

namespace DiffusionClassifier.Testing.Fuzzing;

/// <summary>
/// Runs cases of a target one after the other. A case depends on (seed, number) alone. The input that is being tried lies in
/// <c>artifacts/fuzz/</c>, where it survives a crash of the process; so does the input of a failure, under its seed and number, and beside
/// it the smallest that was found to fail likewise.
/// </summary>
public static class FuzzRun
{
    // A case takes milliseconds: this is for endless loops, not for busy machines.
    private static readonly TimeSpan HangLimit = TimeSpan.FromMinutes(1);

    private static readonly string Folder = Path.Combine(Repository.Root, "artifacts", "fuzz");

    /// <exception cref="FuzzException">A case broke an invariant.</exception>
    public static async Task<FuzzReport> RunAsync(FuzzTarget target, int seed, IEnumerable<int> cases, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Folder);
        FuzzCases all = new(target);
        SortedDictionary<string, int> outcomes = new(StringComparer.Ordinal);
        int count = 0;
        long warm = 0;
        foreach (int number in cases)
        {
            cancellationToken.ThrowIfCancellationRequested();
            PCG pcg = Numbers(seed, number);
            string state = pcg.ToString();
            FuzzCase made = all.Generate(pcg, null, out _);
            string outcome;
            try
            {
                outcome = await TryAsync(target, made.Input, cancellationToken);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                FuzzFailure failure = await FuzzFailure.ShrinkAsync(
                    target, made, exception, state, input => TryAsync(target, input, cancellationToken), cancellationToken);
                throw await SaveAsync(failure, target, seed, number, cancellationToken);
            }

            outcomes[outcome] = outcomes.GetValueOrDefault(outcome) + 1;
            if (++count == target.WarmUp)
                warm = ProcessMemory.Settled(target.ProcessId).Resident;
        }

        File.Delete(Running(target));
        ProcessMemory memory = ProcessMemory.Settled(target.ProcessId);
        long growth = warm == 0 ? 0 : memory.Resident - warm;
        return new FuzzReport(count, outcomes, growth, GC.GetTotalMemory(forceFullCollection: true), memory.Peak);
    }

    /// <summary>The case that <see cref="RunAsync"/> tries under this number.</summary>
    public static FuzzCase Case(FuzzTarget target, int seed, int number) =>
        new FuzzCases(target).Generate(Numbers(seed, number), null, out _);

    private static string Running(FuzzTarget target) => Path.Combine(Folder, $"{target.Name}-running.bin");

    private static async Task<string> TryAsync(FuzzTarget target, FuzzInput input, CancellationToken cancellationToken)
    {
        await File.WriteAllBytesAsync(Running(target), input.Bytes, cancellationToken);
        return await Task.Run(() => target.CheckAsync(input.Bytes, cancellationToken), cancellationToken)
            .WaitAsync(HangLimit, cancellationToken);
    }

    private static async Task<FuzzException> SaveAsync(
        FuzzFailure failure, FuzzTarget target, int seed, int number, CancellationToken cancellationToken)
    {
        string file = Path.Combine(Folder, $"{target.Name}-seed{seed}-case{number}");
        string smallest = await WriteAsync($"{file}-smallest.bin", failure.Smallest.Input);
        string whole = await WriteAsync($"{file}.bin", failure.Case.Input);
        bool hangs = failure.Exception is TimeoutException;
        string what = hangs ? $"it takes longer than {HangLimit.TotalSeconds:F0} s" : failure.Exception.Message;
        string again = $"dotnet run --project tests/fuzz -- {target.Arguments}";
        return new FuzzException(
            $"""
            {target.Name}, seed {seed}, case {number} (CsCheck's seed {failure.Seed}): {what}
            The smallest that fails: {smallest}. Again: {again} --file {file}-smallest.bin
            The case itself{(failure.Repeats ? "" : ", which did not fail again")}: {whole}. Again: {again} --seed {seed} --case {number}
            """, failure.Exception);

        async Task<string> WriteAsync(string path, FuzzInput input)
        {
            await File.WriteAllBytesAsync(path, input.Bytes, cancellationToken);
            return $"{input.Bytes.Length} bytes in {path} ({input.Origin})";
        }
    }

    private static PCG Numbers(int seed, int number) => new(0, Mix(seed, number));

    // Neighboring numbers must not give neighboring sequences. The constants are those of SplitMix64's end.
    private static ulong Mix(int seed, int number)
    {
        ulong mixed = ((ulong)(uint)seed << 32) | (uint)number;
        mixed = unchecked((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9);
        mixed = unchecked((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB);
        return mixed ^ (mixed >> 31);
    }
}
