using System.Text.Json;

namespace DiffusionClassifier.Service.Tests.Api.BadInput;

/// <summary>Every wrong value of every field, as a form and as JSON. Fields are written as in a query, "a=1&amp;b=2"; %00 is a zero byte.</summary>
public sealed class BadFieldTests(StrictService service) : IClassFixture<StrictService>
{
    private static readonly string Long = new('x', 100_000);

    public static TheoryData<string, string, int, string, string> Refused => new()
    {
        // labels and captions
        { "/classify", "model=words", 400, "invalid_request", "send at least one label" },
        { "/classify", "model=words&labels=[]", 400, "invalid_request", "send at least one label" },
        { "/classify", "model=words&labels=", 400, "invalid_request", "A label is empty" },
        { "/classify", "model=words&labels=%20%09", 400, "invalid_request", "A label is empty" },
        { "/classify", "model=words&labels=[\"cat\",\"\"]", 400, "invalid_request", "A label is empty" },
        { "/classify", "model=words&labels=[\"cat\",\"cat\"]", 400, "invalid_request", "The label 'cat' was sent twice" },
        { "/classify", "labels=[\"class 1\",\"CLASS 1\"]", 400, "invalid_request", "The label 'CLASS 1' was sent twice" },
        { "/classify", $"model=words&labels={Long}", 400, "invalid_request", "has 100,000 characters; the limit is 1,000" },
        { "/classify", "model=words&labels=a%00b", 400, "invalid_request", "control character" },
        { "/classify", "model=words&labels=a%1B[31mb", 400, "invalid_request", "control character" },
        { "/classify", "model=words&labels=a%0Ab", 400, "invalid_request", "control character" },
        { "/classify", "labels=clas 1", 400, "unknown_label", "'clas 1' is not a class of model 'tiny', which knows only the classes it was trained on. Did you mean 'class 1'?" },
        { "/classify", "labels=%E2%80%AE1%20ssalc&model=tiny", 400, "unknown_label", "'?1 ssalc' is not a class" }, // text turned around is not repeated
        { "/classify", "model=words&labels=[1]", 400, "invalid_request", "labels must be" },
        { "/classify", "model=words&labels=[null]", 400, "invalid_request", "labels must be" },
        { "/classify", "model=words&labels=[\"cat\"", 400, "invalid_request", "labels must be a JSON array" },
        { "/classify", "model=words&labels=[\"\\ud800\"]", 400, "invalid_request", "labels must be a JSON array" },
        { "/classify", $"model=words&labels={new string('[', 1000)}", 400, "invalid_request", "labels must be a JSON array" },
        { "/classify", "model=words&labels=[{\"label\":\"cat\",\"prompt\":\"a\"}]", 400, "invalid_request", "objects like" },
        { "/classify", "model=words&labels=[{\"label\":\"cat\",\"prompts\":[]}]", 400, "invalid_request", "empty list of prompts" },
        { "/classify", "model=words&labels=cat&template=a photo", 400, "invalid_request", "The template 'a photo' has no {label}" },
        { "/match", "model=words", 400, "invalid_request", "No caption was sent" },
        { "/match", "model=words&captions=", 400, "invalid_request", "A caption is empty" },
        { "/match", "model=words&captions=[\"a\",\"a\"]", 400, "invalid_request", "The caption 'a' was sent twice: identical captions" },
        { "/match", $"model=words&captions={Long}", 400, "invalid_request", "The caption that begins" },
        { "/match", "model=words&captions=a%00b", 400, "invalid_request", "A caption contains a control character" },
        { "/match", "captions=class 1&normalizeByNull=maybe", 400, "invalid_request", "normalizeByNull must be true or false, not 'maybe'" },
        { "/match", "captions=class 1&normalizeByNull=true", 400, "invalid_request", "no null class" },

        // models
        { "/classify", "model=nothing", 404, "unknown_model", "There is no model 'nothing'. Available models: tiny, words." },
        { "/classify", "model=word", 404, "unknown_model", "Did you mean 'words'?" },
        { "/classify", "model=../words", 404, "unknown_model", "'../words'" },
        { "/classify", "model=%252e%252e/words", 404, "unknown_model", "'%2e%2e/words'" },
        { "/classify", "model=/etc/passwd", 404, "unknown_model", "'/etc/passwd'" },
        { "/classify", "model=..\\words", 404, "unknown_model", "'..\\words'" },
        { "/classify", "model=words%00", 404, "unknown_model", "'words?'" },
        { "/classify", "model=%0D%0Awords", 404, "unknown_model", "'??words'" },
        { "/classify", $"model={Long}", 404, "unknown_model", "…'" },
        { "/match", "captions=class 1&model=../words", 404, "unknown_model", "'../words'" },

        // words
        { "/classify", "strategy=guess", 400, "invalid_request", "strategy must be one of" },
        { "/classify", "strategy=0", 400, "invalid_request", "strategy must be one of" },
        { "/classify", "loss=l3", 400, "invalid_request", "loss must be one of" },
        { "/classify", "posterior=sharp", 400, "invalid_request", "posterior must be one of" },
        { "/classify", "imageMode=raw", 400, "invalid_request", "imageMode must be one of 'default', 'reference', not 'raw'" },
        { "/classify", "interpolation=magic", 400, "invalid_request", "interpolation must be one of" },
        { "/classify", "promptAggregation=sum", 400, "invalid_request", "promptAggregation must be one of" },
        { "/classify", "weighting=heavy", 400, "invalid_request", "weighting must be one of 'uniform', 'clark-jaini', 'vlb', 'fitted', not 'heavy'" },
        { "/classify", "weighting=fitted", 400, "invalid_request", "Model 'tiny' has no fitted weights for the loss 'l2': choose uniform" },
        { "/classify", "weighting=clark-jaini&loss=l1", 400, "invalid_request", "is for squared errors, not for the loss 'l1'" },
        { "/match", "captions=class 1&weighting=heavy", 400, "invalid_request", "weighting must be one of" },
        { "/match", "captions=class 1&loss=l3", 400, "invalid_request", "loss must be one of" },
        { "/match", "captions=class 1&imageMode=raw", 400, "invalid_request", "imageMode must be one of" },

        // names of fields
        { "/classify", "trial=5", 400, "unknown_field", "There is no field 'trial'. Did you mean 'trials'?" },
        { "/classify", "LABELS=class 1", 400, "unknown_field", "There is no field 'LABELS'. Did you mean 'labels'?" },
        { "/classify", "something-else-altogether=1", 400, "unknown_field", "There is no field 'something-else-altogether'. The fields are: image, images, labels" },
        { "/classify", $"{Long[..5000]}=1", 400, "unknown_field", "…'" },
        { "/classify", "captions=class 1", 400, "unknown_field", "There is no field 'captions'" },
        { "/match", "labels=class 1", 400, "unknown_field", "There is no field 'labels'" },
        { "/match", "caption=class 1", 400, "unknown_field", "Did you mean 'captions'?" },

        // combinations
        { "/classify", "trials=200001", 422, "too_many_rows", "1,000,005 rows" },
        { "/classify", "trials=2147483647", 422, "too_many_rows", "one request may cost at most 1,000,000" },
        { "/match", "captions=class 1&trials=2147483647", 422, "too_many_rows", "one request may cost at most 1,000,000" },
        { "/classify", "noiseDraws=9&trials=8", 400, "invalid_request", "noiseDraws is 9; send a whole number from 1 to the number of trials, 8" },
        { "/classify", "priors=[1,1]", 400, "invalid_request", "2 priors were sent for 5 labels" },
        { "/classify", "priors=[0,0,0,0,0]", 400, "invalid_request", "not all may be 0" },
        { "/classify", "priors=[1e308,1e308,1,1,1]", 400, "invalid_request", "Every prior must be" },
        { "/classify", "strategy=fixed&confidence=0.9", 400, "invalid_request", "The strategy 'fixed' gives no guarantee: leave confidence out, or send strategy=race" },
        { "/classify", "strategy=fast&confidence=0.9", 400, "invalid_request", "The strategy 'fast' gives no guarantee" },
        { "/classify", "strategy=fixed&topK=2", 400, "invalid_request", "The strategy 'fixed' does not stop early: leave topK out" },
        { "/classify", "strategy=race&topK=5", 400, "invalid_request", "topK is 5; send a whole number from 1 to 20 that is less than the number of labels, 5" },
        { "/match", "captions=class 1&confidence=0.9", 400, "unknown_field", "There is no field 'confidence'" },
        { "/classify", "stageSamples=4", 400, "invalid_request", "one of each for every stage" },
        { "/classify", "posterior=temperature", 400, "invalid_request", "needs the field temperature" },
    };

    /// <summary>Every numeric field, with a request around it in which nothing else is wrong.</summary>
    public static TheoryData<string, string, string, string> Numbers
    {
        get
        {
            string[] never = ["NaN", "Infinity", "-Infinity", "-1", "1e999", "many", "١٢", "0x10", "1,5", "1 2", "--1"];
            string[] neverWhole = [.. never, "1.5", "1e3", "99999999999999999999999"];
            string[] sharedWithMatch = ["trials", "seed", "noiseDraws", "temperature"];
            (string Field, string Around, string[] Values)[] fields =
            [
                ("trials", "", [.. neverWhole, "0", "2147483648"]),
                ("seed", "", [.. neverWhole, "9007199254740992", "18446744073709551616"]),
                ("noiseDraws", "", [.. neverWhole, "0"]),
                ("temperature", "", [.. never, "0", "1e300", "1e-300"]),
                ("deadlineMs", "", [.. neverWhole, "0", "2147483648"]),
                ("trialsPerTimestep", "strategy=staged", [.. neverWhole, "0"]),
                ("confidence", "strategy=race", [.. never, "0", "1", "0.49", "95"]),
                ("topK", "strategy=race", [.. neverWhole, "0", "5", "2147483648"]),
                ("stageSamples", "strategy=staged&stageKeep=1", [.. neverWhole, "0", "801", "2147483647"]),
                ("stageKeep", "strategy=staged&stageSamples=4", [.. neverWhole, "0", "2"]),
                ("priors", "labels=class 1", [.. never, "0"]),
            ];
            var rows = new TheoryData<string, string, string, string>();
            foreach ((string name, string around, string[] values) in fields)
            {
                foreach (string value in values)
                {
                    rows.Add("/classify", name, value, around);
                    if (sharedWithMatch.Contains(name))
                        rows.Add("/match", name, value, "captions=class 1");
                }
            }

            return rows;
        }
    }

    public static TheoryData<string> Texts => ["شجرة", "עץ ירוק", "猫", "🐈", "👨‍👩‍👧", "naïve café", "a, b; c=\"d\"", string.Concat(Enumerable.Repeat("😀", 480)), "<script>", "{label}", "%00", "..", "NaN"];

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task A_wrong_value_is_refused_with_what_to_do(string path, string fields, int status, string code, string detail)
    {
        (string, string)[] parsed = Parse(fields);
        string file = path == "/classify" ? "image" : "images";

        await service.RefuseAsync(path, StrictService.Form(file, [StrictService.Picture], parsed), status, code, detail);
        await service.RefuseAsync(path, StrictService.Json(file, [StrictService.Picture], parsed), status, code, detail);
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public async Task A_number_that_is_none_or_out_of_range_is_refused_by_the_name_of_its_field(string path, string field, string value, string around)
    {
        (string, string)[] fields = [(field, value), .. Parse(around)];
        string file = path == "/classify" ? "image" : "images";

        JsonElement form = await service.RefuseAsync(path, StrictService.Form(file, [StrictService.Picture], fields), 400, "invalid_request", "");
        JsonElement json = await service.RefuseAsync(path, StrictService.Json(file, [StrictService.Picture], fields), 400, "invalid_request", "");

        Assert.Equal((field, field), (form.GetProperty("field").GetString(), json.GetProperty("field").GetString()));
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public async Task Labels_in_any_script_are_answered_as_they_were_sent(string label)
    {
        JsonElement form = await service.AcceptAsync("/classify", StrictService.Form("image", [StrictService.Picture], ("model", "words"), ("labels", label)));
        JsonElement json = await service.AcceptAsync("/classify", StrictService.Json("image", [StrictService.Picture], ("model", "words"), ("labels", label)));

        Assert.Equal((label, label), (form.GetProperty("prediction").GetString(), json.GetProperty("prediction").GetString()));
    }

    [Theory]
    [InlineData("/classify", "labels", 10_001)]
    [InlineData("/match", "captions", 10_001)]
    [InlineData("/classify", "labels", 1_000_000)] // a small body, but a large list
    [InlineData("/classify", "priors", 10_001)]
    [InlineData("/classify", "template", 10_001)]
    public async Task More_values_than_the_limit_are_refused(string path, string field, int count)
    {
        string values = $"[{string.Join(',', Enumerable.Repeat("1", count))}]";
        string file = path == "/classify" ? "image" : "images";

        await service.RefuseAsync(path, StrictService.Form(file, [StrictService.Picture], (field, values)), 400, "invalid_request", $"{count:N0} {field} were sent; the limit is 10,000");
        await service.RefuseAsync(path, StrictService.Json(file, [StrictService.Picture], (field, values)), 400, "invalid_request", $"{count:N0} {field} were sent; the limit is 10,000");
    }

    private static (string Name, string Value)[] Parse(string fields) =>
        [.. fields.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(field => field.Split('=', 2)).Select(pair => (pair[0], Uri.UnescapeDataString(pair[1])))];
}
