namespace DiffusionClassifier.Core.Requests;

/// <summary>What is odd about the labels of a request. Stateless.</summary>
internal static class LabelWarnings
{
    /// <summary>Null where there are several labels.</summary>
    public static string? OfOneLabel(Submission submission, LabelSet labels)
    {
        if (labels.Labels.Count - (submission.WithNull ? 1 : 0) != 1)
            return null;
        (string noun, string field) = (submission.LabelNoun, submission.LabelField);
        // Commas are usual in captions, which are sentences.
        string commas = field == "labels" && labels.Labels[0].Label.Contains(',') ? " Its commas are part of it." : "";
        return $"There is one {noun} only: its posterior is 1 whatever the image shows.{commas} "
            + $"Several {noun}s: repeat {field}, or send one JSON array.";
    }
}
