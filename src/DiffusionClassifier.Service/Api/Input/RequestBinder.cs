using System.Reflection;
using System.Text.Json;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Service.Options;

namespace DiffusionClassifier.Service.Api.Input;

/// <summary>
/// Bodies to requests: each property of the request's record is the field of its name in camelCase, read by its type. Not the framework's
/// model binding, whose errors do not say what to do. Stateless.
/// </summary>
internal static class RequestBinder
{
    /// <summary>The fields of <c>POST /classify</c>.</summary>
    public static BodyFields Classify { get; } = Fields<ClassificationRequest>(largestFiles: 1);

    /// <summary>The fields of <c>POST /match</c>.</summary>
    public static BodyFields Match { get; } = Fields<MatchRequest>(ApiLimits.LargestImages);

    /// <summary>The fields of both: which of them a body has says what it asks.</summary>
    public static BodyFields Either { get; } = new(
        [.. Classify.Files.Union(Match.Files)], [.. Classify.Texts.Union(Match.Texts)], ApiLimits.LargestImages);

    /// <exception cref="ClassificationException">A field is malformed or missing.</exception>
    public static T Bind<T>(RequestBody body) where T : ImageRequest, new()
    {
        var request = new T();
        foreach (Binding binding in Bindings<T>.All)
        {
            if (binding.Read(body, binding.Name) is { } value)
                binding.Property.SetValue(request, value);
        }

        return request;
    }

    private static BodyFields Fields<T>(int largestFiles)
    {
        ILookup<bool, string> names = Bindings<T>.All
            .OrderByDescending(binding => binding.Property.DeclaringType == typeof(T))
            .ToLookup(binding => binding.IsFile, binding => binding.Name);
        return new BodyFields([.. names[true]], [.. names[false]], largestFiles);
    }

    // Null is a field that was not sent: the record's own default stays.
    private static Func<RequestBody, string, object?> ReaderOf(Type type)
    {
        if (type == typeof(ReadOnlyMemory<byte>))
            return SingleFile;
        if (type == typeof(IReadOnlyList<ReadOnlyMemory<byte>>))
            return (body, name) => body.FilesOf(name);
        if (type == typeof(IReadOnlyList<LabelSpec>))
            return (body, name) => body.Values.Labels(name);
        if (type == typeof(IReadOnlyList<string>))
            return (body, name) => body.Values.Texts(name);
        if (type == typeof(IReadOnlyList<double>))
            return (body, name) => body.Values.Numbers(name);
        if (type == typeof(IReadOnlyList<int>))
            return (body, name) => body.Values.Integers(name);
        Type single = Nullable.GetUnderlyingType(type) ?? type;
        if (single.IsEnum)
        {
            return typeof(RequestBinder).GetMethod(nameof(Word), BindingFlags.Static | BindingFlags.NonPublic)!
                .MakeGenericMethod(single)
                .CreateDelegate<Func<RequestBody, string, object?>>();
        }

        return Type.GetTypeCode(single) switch
        {
            TypeCode.String => (body, name) => body.Values.Text(name),
            TypeCode.Int32 => (body, name) => body.Values.Integer(name),
            TypeCode.UInt64 => (body, name) => body.Values.Unsigned(name),
            TypeCode.Double => (body, name) => body.Values.Number(name),
            TypeCode.Boolean => (body, name) => body.Values.Flag(name),
            _ => throw new NotSupportedException($"A field of the type {type} cannot be read: teach {nameof(RequestBinder)} how."),
        };
    }

#pragma warning disable CA1859 // one signature for all types
    private static object? Word<T>(RequestBody body, string name) where T : struct, Enum => body.Values.Word<T>(name);
#pragma warning restore CA1859

    // Null: the images are in the other field.
    private static object? SingleFile(RequestBody body, string name) => (body.FilesOf(name), body.Files.Count) switch
    {
        (_, 0) => throw BodyFields.MissingFile(name),
        ([var image], 1) => image,
        ([], _) => null,
        (_, var count) => throw new ClassificationException(
            ClassificationError.InvalidRequest, $"{count} images were sent: send all of them in the field {name}s, or one in {name}.")
        { Field = name },
    };

    /// <summary>One property of a request's record and how its field is read.</summary>
    private sealed record Binding(PropertyInfo Property, string Name, bool IsFile, Func<RequestBody, string, object?> Read);

    private static class Bindings<T>
    {
        // What all requests share is read first; within a record in the order of the source.
        public static readonly Binding[] All =
            [.. typeof(T).GetProperties()
                .OrderBy(property => property.DeclaringType == typeof(T))
                .ThenBy(property => property.MetadataToken)
                .Select(property => new Binding(
                    property,
                    JsonNamingPolicy.CamelCase.ConvertName(property.Name),
                    IsFile(property.PropertyType),
                    ReaderOf(property.PropertyType)))];

        private static bool IsFile(Type type) =>
            type == typeof(ReadOnlyMemory<byte>) || type == typeof(IReadOnlyList<ReadOnlyMemory<byte>>);
    }
}
