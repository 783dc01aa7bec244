using Microsoft.Net.Http.Headers;

namespace DiffusionClassifier.Service.Api.Input;

/// <summary>A part of a form, whose body is still to be read.</summary>
/// <param name="Field">Its field.</param>
/// <param name="FileName">The last segment of its file's name; empty: it has none.</param>
/// <param name="IsFile">Whether it says that it is a file.</param>
/// <param name="Type">Its content type; null: it names none.</param>
/// <param name="Body">Its bytes.</param>
internal sealed record FormPart(string Field, string FileName, bool IsFile, MediaTypeHeaderValue? Type, Stream Body);
