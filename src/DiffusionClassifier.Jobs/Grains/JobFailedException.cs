namespace DiffusionClassifier.Jobs.Grains;

/// <summary>A job has no answer, whichever replica tries: the request is at fault, or the model failed.</summary>
/// <param name="code">The error's word.</param>
/// <param name="detail">What is wrong and what to do, for the client.</param>
internal sealed class JobFailedException(string code, string detail) : Exception(detail)
{
    public string Code => code;
}
