using System.Security.Cryptography;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Net.Http.Headers;

namespace DiffusionClassifier.Service.Page;

/// <summary>A file of the page, which lies in the assembly: it is there in every copy of the program, in any folder. Immutable.</summary>
/// <param name="Path">Where it is served, from the root of the service, without a slash in front.</param>
/// <param name="ContentType">What browsers are told that it is.</param>
/// <param name="Content">Its bytes.</param>
/// <param name="Tag">Names these bytes and no others.</param>
internal sealed record PageFile(string Path, string ContentType, byte[] Content, EntityTagHeaderValue Tag)
{
    private const string Prefix = "wwwroot/"; // of the resources' names, in DiffusionClassifier.Service.csproj

    private static readonly FileExtensionContentTypeProvider Types = new();

    /// <summary>All of them.</summary>
    public static IEnumerable<PageFile> All => typeof(PageFile).Assembly.GetManifestResourceNames()
        .Select(name => (Name: name, Path: name.Replace('\\', '/'))) // as the machine that built it wrote folders
        .Where(resource => resource.Path.StartsWith(Prefix, StringComparison.Ordinal))
        .Select(resource => Read(resource.Name, resource.Path[Prefix.Length..]));

    private static PageFile Read(string resource, string path)
    {
        using Stream stream = typeof(PageFile).Assembly.GetManifestResourceStream(resource)!;
        byte[] content = new byte[stream.Length];
        stream.ReadExactly(content);
        string type = Types.TryGetContentType(path, out string? known) ? known : "application/octet-stream";
        return new PageFile(path, IsText(type) ? $"{type}; charset=utf-8" : type, content, TagOf(content));
    }

    private static bool IsText(string type) => type.StartsWith("text/", StringComparison.Ordinal);

    private static EntityTagHeaderValue TagOf(byte[] content) => new($"\"{Convert.ToHexStringLower(SHA256.HashData(content))}\"");
}
