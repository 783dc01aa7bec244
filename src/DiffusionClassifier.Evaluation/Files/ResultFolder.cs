using DiffusionClassifier.Evaluation.Errors;

namespace DiffusionClassifier.Evaluation.Files;

/// <summary>Folders for results. Stateless.</summary>
internal static class ResultFolder
{
    /// <summary>Makes sure of a folder, before work is done for it.</summary>
    /// <exception cref="EvaluationException">It cannot be.</exception>
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
