using System.Text.Json;
using DiffusionClassifier.Testing.Images;

namespace DiffusionClassifier.Service.Tests.Api.BadInput;

public sealed class BadImageTests(StrictService service) : IClassFixture<StrictService>
{
    public static TheoryData<string> Refused => [.. HostileImages.Refused.Keys];

    public static TheoryData<string> Accepted => [.. HostileImages.Accepted.Keys];

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task A_file_that_is_no_picture_is_refused_with_the_reason(string name)
    {
        RefusedImage file = HostileImages.Refused[name];

        JsonElement form = await service.RefuseAsync("/classify", StrictService.Form("image", [file.Bytes]), file.Status, file.Code, file.Detail);
        JsonElement json = await service.RefuseAsync("/classify", StrictService.Json("image", [file.Bytes]), file.Status, file.Code, file.Detail);

        Assert.Equal(("image", "image"), (form.GetProperty("field").GetString(), json.GetProperty("field").GetString()));
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task In_a_match_the_reason_names_the_picture(string name)
    {
        RefusedImage file = HostileImages.Refused[name];

        JsonElement form = await service.RefuseAsync("/match", StrictService.Form("images", [StrictService.Picture, file.Bytes], ("captions", "class 1")), file.Status, file.Code, file.Detail);

        Assert.Equal("images", form.GetProperty("field").GetString());
        Assert.StartsWith("Image 2: ", form.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Accepted))]
    public async Task An_odd_file_that_is_a_picture_is_answered(string name)
    {
        byte[] file = HostileImages.Accepted[name];

        JsonElement form = await service.AcceptAsync("/classify", StrictService.Form("image", [file]));
        JsonElement json = await service.AcceptAsync("/classify", StrictService.Json("image", [file]));
        JsonElement match = await service.AcceptAsync("/match", StrictService.Form("images", [file], ("captions", "class 1")));

        Assert.Equal(form.GetProperty("labels").GetRawText(), json.GetProperty("labels").GetRawText());
        Assert.Equal(1, match.GetProperty("images").GetArrayLength());
    }

    [Fact]
    public async Task Of_an_animation_the_answer_says_that_the_first_frame_was_used()
    {
        JsonElement answer = await service.AcceptAsync("/classify", StrictService.Form("image", [HostileImages.Accepted["animated WebP"]]));

        Assert.Equal("The image is an animation of 2 frames: only the first was used.", answer.GetProperty("warnings")[0].GetString());
    }
}
