using System.Globalization;
using DiffusionClassifier.Onnx.Files;

namespace DiffusionClassifier.Onnx.Bundles;

/// <summary>The classes of a class-conditional bundle: <c>id2label</c> of model_index.json, as diffusers' DiTPipeline writes it.</summary>
/// <param name="Names">Name of class 0, 1, 2 …</param>
/// <param name="NullClass">The embedding that means "no class", or null if there is none.</param>
internal sealed record ClassList(IReadOnlyList<string> Names, int? NullClass)
{
    private const double UsualDropout = 0.1; // of class_dropout_prob

    public static ClassList Read(JsonFile index, ClassifierFile classifier, JsonFile denoiserConfig)
    {
        if (index.Object("id2label") is not { } map)
            throw index.Complain("id2label", "is missing: a class-conditional model needs the names of its classes.");
        var names = new SortedDictionary<int, string>();
        foreach (string key in map.Names)
        {
            if (!int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out int id))
                throw map.Complain(key, "is not a class id: keys must be whole numbers.");
            names[id] = map.Text(key) is { } name && !string.IsNullOrWhiteSpace(name) ? name : throw map.Complain(key, "is empty.");
        }

        if (names.Count == 0 || names.Keys.Last() != names.Count - 1)
            throw index.Complain("id2label", "must name the classes 0, 1, 2 … without gaps.");
        return new ClassList(Distinct(names), ReadNullClass(names.Count, classifier, denoiserConfig));
    }

    // ImageNet has two cranes: the id tells them apart, so that every label names one class.
    private static string[] Distinct(SortedDictionary<int, string> names)
    {
        HashSet<string> repeated = [.. names.Values.GroupBy(name => name, StringComparer.OrdinalIgnoreCase)
            .Where(group => group.Count() > 1).Select(group => group.Key)];
        return [.. names.Select(
            pair => repeated.Contains(pair.Value, StringComparer.OrdinalIgnoreCase) ? $"{pair.Value} ({pair.Key})" : pair.Value)];
    }

    // The constructors of the original DiT and SiT (models.py) take the number of classes, and add an embedding for "none" where labels
    // were dropped in training, as they are by default.
    private static int? OfOriginal(JsonFile config, int classes)
    {
        if (config.Integer("num_classes") is { } labels && labels != classes)
            throw config.Complain("num_classes", $"is {labels}, but model_index.json names {classes} classes.");
        return config.Integer("num_classes") + ((config.Number("class_dropout_prob") ?? UsualDropout) > 0 ? 1 : 0);
    }

    // DiT's table has one more embedding than num_embeds_ada_norm says, for classifier-free guidance: the last one (DiT models.py:73-86). A
    // U-Net's num_class_embeds counts every embedding.
    private static int? ReadNullClass(int classes, ClassifierFile classifier, JsonFile config)
    {
        if (config.Integer("num_embeds_ada_norm") is { } labels && labels != classes)
            throw config.Complain("num_embeds_ada_norm", $"is {labels}, but model_index.json names {classes} classes.");
        int? embeddings = config.Integer("num_class_embeds") ?? config.Integer("num_embeds_ada_norm") + 1 ?? OfOriginal(config, classes);
        if (embeddings < classes)
            throw config.Complain("num_class_embeds", $"is {embeddings}, but model_index.json names {classes} classes.");
        int? nullClass = classifier.NullClass ?? (embeddings > classes ? classes : null);
        if (nullClass is { } id && (id < classes || (embeddings is { } count && id >= count)))
            throw classifier.Complain("nullClass", $"is {id}; it must be an embedding that is not one of the {classes} classes.");
        return nullClass;
    }
}
