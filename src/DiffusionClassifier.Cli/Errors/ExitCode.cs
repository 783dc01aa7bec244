namespace DiffusionClassifier.Cli.Errors;

/// <summary>What the program tells the shell.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>A defect of this program.</summary>
    public const int Bug = 1;

    /// <summary>The caller can do something about it: a wrong option, a bad image, an unusable model.</summary>
    public const int UserError = 2;

    /// <summary>128 + SIGINT, as shells count it.</summary>
    public const int Interrupted = 130;
}
