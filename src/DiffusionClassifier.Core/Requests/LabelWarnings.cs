namespace DiffusionClassifier.Core.Requests;

/// <summary>What is odd about the labels of a request. Stateless.</summary>
internal static class LabelWarnings
{
    /// <summary>Null if there are several labels.</summary>
    public static string? OfOneLabel(Submission submission, LabelSet labels)
    {
        if (labels.Labels.Count - (submission.WithNull ? 1 : 0) != 1)
            return null;
        (string noun, string field) = (submission.LabelNoun, submission.LabelField);
        // Captions are sentences, in which commas are normal.
        string commas = field == "labels" && labels.Labels[0].Label.Contains(',') ? " Its commas are part of it." : "";
        return $"There is only one {noun}: its posterior is 1 whatever the image shows.{commas} "
            + $"For several {noun}s, repeat {field} or send one JSON array.";
    }
}
