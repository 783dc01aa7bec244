namespace DiffusionClassifier.Evaluation.Banks;

/// <summary>numpy's names for the element types that are read and written here, all little-endian.</summary>
internal static class NumpyTypes
{
    private static readonly Dictionary<Type, string> Names = new()
    {
        [typeof(float)] = "<f4",
        [typeof(double)] = "<f8",
        [typeof(int)] = "<i4",
        [typeof(long)] = "<i8",
        [typeof(byte)] = "|u1",
    };

    public static string Of<T>() where T : unmanaged => Names[typeof(T)];
}
