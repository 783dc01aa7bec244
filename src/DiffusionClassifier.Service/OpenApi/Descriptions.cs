using System.Reflection;
using System.Xml;
using System.Xml.XPath;
using Serilog;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace DiffusionClassifier.Service.OpenApi;

/// <summary>
/// What the code's comments say about endpoints and fields: the .xml files that the compiler writes beside the program. Somebody who copies
/// the program may leave them behind; the document then has no descriptions, which must not cost an answer.
/// </summary>
internal static class Descriptions
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
            return new XPathDocument(reader);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or XmlException)
        {
            Log.Warning("The OpenAPI document lacks descriptions: {Reason} Everything else works.", exception.Message);
            return null;
        }
    }
}
