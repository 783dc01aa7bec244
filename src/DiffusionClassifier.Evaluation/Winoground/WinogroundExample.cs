namespace DiffusionClassifier.Evaluation.Winoground;

/// <summary>
/// Two images and two captions of the same words (Thrush et al. 2022): caption 0 belongs to image 0, caption 1 to image 1.
/// </summary>
/// <param name="Index">Its place in the file, from 0.</param>
/// <param name="Id">As in the file.</param>
/// <param name="Tag">What the captions differ in (Object, Relation, Both), if the file says.</param>
/// <param name="Captions">Two.</param>
/// <param name="Images">Two image files.</param>
internal sealed record WinogroundExample(int Index, string Id, string? Tag, IReadOnlyList<string> Captions, IReadOnlyList<string> Images);
