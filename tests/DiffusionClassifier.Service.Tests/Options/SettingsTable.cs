using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using DiffusionClassifier.Service.Options;

namespace DiffusionClassifier.Service.Tests.Options;

/// <summary>
/// The sections of the settings as Markdown: a table for each, with what the properties' own documentation says. Reads the documentation
/// that the compiler writes beside each assembly, once for each.
/// </summary>
internal sealed partial class SettingsTable(IReadOnlyList<KnownSection> sections)
{
    private const int BytesOfMebibyte = 1 << 20;

    private readonly Dictionary<Assembly, Dictionary<string, XElement>> _documentation = [];

    public string Render()
    {
        var text = new StringBuilder();
        foreach (KnownSection section in sections.SelectMany(Flatten).OrderBy(section => section.Path, StringComparer.Ordinal))
        {
            string[] rows = [.. Rows(section.Path, section.Type)];
            text.Append(CultureInfo.InvariantCulture, $"### {section.Path}\n\n| setting | default | meaning |\n|---|---|---|\n");
            text.AppendJoin('\n', rows).Append("\n\n");
        }

        return text.ToString();
    }

    // Where settings stand in no section, one that is an object is a section, and the others are of the server itself.
    private static IEnumerable<KnownSection> Flatten(KnownSection section) => section.Path.Length > 0
        ? [section]
        : Properties(section.Type).Where(property => Element(property.PropertyType) is not null)
            .Select(property => new KnownSection(property.Name, property.PropertyType));

    private IEnumerable<string> Rows(string path, Type type)
    {
        if (Element(type) is { } listed && listed != type)
            return Rows($"{path}:0", listed);
        object defaults = Activator.CreateInstance(type)!;
        return Properties(type).SelectMany(property => Element(property.PropertyType) is not null
            ? Rows($"{path}:{property.Name}", property.PropertyType)
            : [$"| `{path}:{property.Name}` | {Default(property, property.GetValue(defaults))} | {Meaning(property, path)} |"]);
    }

    private string Meaning(PropertyInfo property, string path)
    {
        XElement summary = Documentation(property.DeclaringType!.Assembly)
            .GetValueOrDefault($"P:{property.DeclaringType.FullName}.{property.Name}")
            ?? throw new InvalidOperationException($"{path}:{property.Name} has no documentation.");
        string text = string.Concat(summary.Nodes().Select(node => node switch
        {
            XElement { Name.LocalName: "see" } see => $"`{Named(see.Attribute("cref")!.Value, property, path)}`",
            XElement code => $"`{code.Value}`",
            _ => node.ToString(),
        }));
        return Space().Replace(text, " ").Trim().TrimEnd('.').Replace("|", @"\|", StringComparison.Ordinal);
    }

    // P:Namespace.Type.Name, of a property in this section or another.
    private string Named(string cref, PropertyInfo from, string path)
    {
        string[] parts = cref.Split('.');
        string type = cref[2..cref.LastIndexOf('.')];
        string section = type == from.DeclaringType!.FullName
            ? path
            : sections.SelectMany(Flatten).FirstOrDefault(known => known.Type.FullName == type)?.Path ?? parts[^2];
        return $"{section}:{parts[^1]}";
    }

    private Dictionary<string, XElement> Documentation(Assembly assembly)
    {
        if (!_documentation.TryGetValue(assembly, out Dictionary<string, XElement>? members))
        {
            members = XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml")).Descendants("member")
                .Where(member => member.Element("summary") is not null)
                .ToDictionary(member => member.Attribute("name")!.Value, member => member.Element("summary")!);
            _documentation.Add(assembly, members);
        }

        return members;
    }

    private static string Default(PropertyInfo property, object? value) => value switch
    {
        null or "" => "not set",
        System.Collections.ICollection => "none",
        long bytes when property.Name.Contains("Bytes", StringComparison.Ordinal) && bytes % BytesOfMebibyte == 0 =>
            $"`{bytes}` ({bytes / BytesOfMebibyte} MiB)",
        TimeSpan time => $"`{time}`",
        _ => string.Create(CultureInfo.InvariantCulture, $"`{value}`"),
    };

    // The type of ours that is one setting's value, or one of its values: its properties are settings of their own.
    private static Type? Element(Type type)
    {
        Type element = type.IsGenericType ? type.GetGenericArguments()[^1] : type;
        return element is { IsClass: true, IsGenericType: false }
            && element.Namespace!.StartsWith(nameof(DiffusionClassifier), StringComparison.Ordinal)
            ? element
            : null;
    }

    private static IEnumerable<PropertyInfo> Properties(Type type) => type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => property.CanWrite && !property.PropertyType.Name.StartsWith("Func", StringComparison.Ordinal));

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
