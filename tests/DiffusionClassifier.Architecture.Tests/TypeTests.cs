using ArchUnitNET.Domain;

namespace DiffusionClassifier.Architecture.Tests;

/// <summary>What holds for every type.</summary>
public sealed class TypeTests
{
    [Fact]
    public void Classes_that_nothing_derives_from_are_sealed()
    {
        HashSet<string> bases = [.. Structure.Types.OfType<Class>().Select(type => type.BaseClass?.FullName).OfType<string>().Select(WithoutArguments)];

        Nothing.Breaks(Structure.Types.OfType<Class>()
            .Where(type => type.IsSealed != true && type.IsAbstract != true && type.Name != "Program" && !bases.Contains(WithoutArguments(type.FullName)))
            .Select(type => type.FullName));
    }

    [Fact]
    public void No_two_types_have_one_name()
    {
        Nothing.Breaks(Structure.Types.Where(type => !type.IsNested && type.Name != "Program")
            .GroupBy(type => WithoutArguments(type.Name)).Where(same => same.Select(type => type.Namespace?.FullName).Distinct().Count() > 1)
            .Select(same => string.Join(", ", same.Select(type => type.FullName))));
    }

    [Fact]
    public void No_type_has_the_name_of_all() => Assert.DoesNotContain(Structure.Types, type => type.Name == "DiffusionClassifier");

    // A`1 and A<T> are A.
    private static string WithoutArguments(string name) => name.Split('`', '<')[0];
}
