using System.Security.Cryptography;
using System.Text;
using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Jobs.State;

namespace DiffusionClassifier.Jobs.Devices;

/// <summary>Requests as they are stored, checked before. Stateless.</summary>
internal static class Lines
{
    /// <param name="devices">What checks it.</param>
    /// <param name="request">What is asked.</param>
    /// <param name="tenant">Who asks.</param>
    /// <param name="customId">The client's name for it.</param>
    /// <exception cref="Core.Errors.ClassificationException">What is wrong with it.</exception>
    public static (StoredLine Line, string Model, long Rows) Of(
        LocalDevices devices, ClassificationRequest request, string tenant, string customId)
    {
        devices.Engine.CheckImage(request.Image);
        (StoredRequest stored, string model, long rows) = Template(devices, request, tenant);
        return (new StoredLine(customId, IsMatch: false, stored, [request.Image.ToArray()]), model, rows);
    }

    /// <inheritdoc cref="Of(LocalDevices, ClassificationRequest, string, string)"/>
    public static (StoredLine Line, string Model, long Rows) Of(LocalDevices devices, MatchRequest request, string tenant, string customId)
    {
        (ModelChoice choice, long rows) = devices.Matcher.Prepare(request, new Caller(tenant));
        StoredRequest stored = LocalDevices.Store(request with { Images = [] }, tenant, choice);
        byte[][] images = [.. request.Images.Select(image => image.ToArray())];
        return (new StoredLine(customId, IsMatch: true, stored, images), choice.Model.Id, rows);
    }

    /// <summary>What is asked of each of many images.</summary>
    /// <inheritdoc cref="Of(LocalDevices, ClassificationRequest, string, string)"/>
    public static (StoredRequest Stored, string Model, long Rows) Template(
        LocalDevices devices, ClassificationRequest request, string tenant)
    {
        (ModelChoice choice, long rows) = Prepare(devices, request, tenant);
        return (LocalDevices.Store(request with { Image = default, Images = [] }, tenant, choice), choice.Model.Id, rows);
    }

    /// <summary>The model that a request is for, and the rows that it costs at most.</summary>
    /// <inheritdoc cref="Of(LocalDevices, ClassificationRequest, string, string)"/>
    public static (ModelChoice Choice, long Rows) Prepare(LocalDevices devices, ClassificationRequest request, string tenant)
    {
        var submission = new Submission(request) { Caller = new Caller(tenant) };
        ModelChoice choice = devices.Engine.Models.Choose(submission);
        return (choice, devices.Engine.Prepare(submission with { Chosen = choice }).FixedRows);
    }

    /// <summary>SHA-256 of all that was asked, in hexadecimal.</summary>
    public static string Question(IEnumerable<StoredLine> lines)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (StoredLine line in lines)
            Append(hash, line);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Adds what one request asks.</summary>
    public static void Append(IncrementalHash hash, StoredLine line)
    {
        hash.AppendData(SHA256.HashData(Encoding.UTF8.GetBytes($"{line.CustomId}\n{line.IsMatch}\n{line.Request?.Request}")));
        foreach (byte[] image in line.Images)
            hash.AppendData(SHA256.HashData(image));
    }
}
