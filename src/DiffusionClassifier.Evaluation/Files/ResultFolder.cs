using DiffusionClassifier.Evaluation.Errors;

namespace DiffusionClassifier.Evaluation.Files;

/// <summary>Folders for results. Stateless.</summary>
internal static class ResultFolder
{
    /// <summary>Makes sure that a folder can be used, before any work is done.</summary>
    /// <exception cref="EvaluationException">It cannot be used.</exception>
    public static void Create(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new EvaluationException($"{path} cannot be a folder for results ({exception.Message.TrimEnd('.')}): choose another.");
        }
    }
}
