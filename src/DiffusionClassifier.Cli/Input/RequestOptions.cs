using System.CommandLine;
using System.ComponentModel;
using System.Reflection;

namespace DiffusionClassifier.Cli.Input;

/// <summary>
/// The fields of a request as options: each property of its record that has a description is the option of its name, parsed by its type.
/// The engine checks the values.
/// </summary>
internal sealed class RequestOptions<T> where T : ImageRequest, new()
{
    // A request's own fields first, then those that all requests share, in source order.
    private readonly Field[] _fields =
    [
        .. typeof(T).GetProperties()
            .OrderByDescending(property => property.DeclaringType == typeof(T))
            .ThenBy(property => property.MetadataToken)
            .Select(property => property.GetCustomAttribute<DescriptionAttribute>() is { } help
                ? FieldOf(property, RequestOptionName.Of(property), help.Description)
                : null)
            .OfType<Field>(),
    ];

    public IEnumerable<Option> All => _fields.Select(each => each.Option);

    /// <returns>A request without what is not an option of its own: images, labels or captions, model.</returns>
    public T Read(ParseResult parsed)
    {
        var request = new T();
        foreach (Field field in _fields)
        {
            if (field.Read(parsed) is { } value)
                field.Property.SetValue(request, value);
        }

        return request;
    }

    private static Field FieldOf(PropertyInfo property, string name, string help)
    {
        Type type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        if (type.IsEnum)
        {
            MethodInfo create = typeof(ValueOptions).GetMethod(nameof(ValueOptions.Choice))!.MakeGenericMethod(type);
            var choice = (Option)create.Invoke(null, [name, help])!;
            return new Field(property, choice, parsed => parsed.GetResult(choice)?.GetValueOrDefault<object?>());
        }

        if (type == typeof(bool))
            return Of(property, new Option<bool>(name) { Description = help });
        if (type == typeof(int))
            return Of(property, ValueOptions.Number<int>(name, help, "a whole number"));
        if (type == typeof(ulong))
            return Of(property, ValueOptions.Number<ulong>(name, help, "a whole number of at least 0"));
        if (type == typeof(double))
            return Of(property, ValueOptions.Number<double>(name, help, "a number"));
        if (type == typeof(IReadOnlyList<int>))
            return Of(property, ValueOptions.Numbers<int>(name, help, "N,N"));
        if (type == typeof(IReadOnlyList<double>))
            return Of(property, ValueOptions.Numbers<double>(name, help, "N,N"));
        if (type == typeof(IReadOnlyList<string>))
            return Of(property, ValueOptions.WholeTexts(name, help, "TEXT"));
        throw new NotSupportedException($"A field of the type {type} is no option: teach {nameof(RequestOptions<T>)} how.");
    }

    // For the parser, an option that was not given is an empty array; for the record, it is a field that was not sent.
    private static Field Of<TValue>(PropertyInfo property, Option<TValue> option) =>
        new(property, option, parsed => parsed.GetValue(option) is { } value and not Array { Length: 0 } ? value : null);

    private sealed record Field(PropertyInfo Property, Option Option, Func<ParseResult, object?> Read);
}
