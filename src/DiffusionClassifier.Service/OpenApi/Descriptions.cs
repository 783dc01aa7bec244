using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using System.Xml.XPath;
using Serilog;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace DiffusionClassifier.Service.OpenApi;

/// <summary>
/// What the code's comments say about endpoints and fields: the .xml files that the compiler writes next to the program. A copy of the
/// program may lack them; the document then has no descriptions, but the server still works.
/// </summary>
internal static partial class Descriptions
{
    public static void IncludeDescriptions(this SwaggerGenOptions options, string folder)
    {
        foreach (Assembly assembly in (Assembly[])[typeof(Descriptions).Assembly, typeof(ClassificationResult).Assembly])
        {
            if (TryRead(Path.Combine(folder, $"{assembly.GetName().Name}.xml")) is { } comments)
                options.IncludeXmlComments(() => comments, includeControllerXmlComments: false);
        }
    }

    private static XPathDocument? TryRead(string file)
    {
        try
        {
            using var reader = XmlReader.Create(file);
            XDocument comments = XDocument.Load(reader, LoadOptions.PreserveWhitespace);
            foreach (XText text in comments.DescendantNodes().OfType<XText>())
                text.Value = Unwrap(text.PreviousNode is null ? text.Value.TrimStart() : text.Value);
            using XmlReader unwrapped = comments.CreateReader();
            return new XPathDocument(unwrapped, XmlSpace.Preserve);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or XmlException)
        {
            Log.Warning("The OpenAPI document lacks descriptions: {Reason} Everything else works.", exception.Message);
            return null;
        }
    }

    // A line of the source ends if it is full, which Swagger UI would show; a paragraph ends at an empty line.
    private static string Unwrap(string text) =>
        Breaks().Replace(text, lines => lines.Value.Count(letter => letter == '\n') > 1 ? "\n\n" : " ");

    [GeneratedRegex(@"\s*\n\s*")]
    private static partial Regex Breaks();
}
