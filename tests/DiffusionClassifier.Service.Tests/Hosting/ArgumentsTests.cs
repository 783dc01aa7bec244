using DiffusionClassifier.Service.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace DiffusionClassifier.Service.Tests.Hosting;

public sealed class ArgumentsTests
{
    [Theory]
    [InlineData("--port", "8081")]
    [InlineData("--port=8081")]
    public void A_port_is_an_address_of_this_machine(params string[] args) =>
        Assert.Equal(["--LogFormat", "Json", "--urls", "http://localhost:8081"], Arguments.Expand(["--LogFormat", "Json", .. args]));

    [Theory]
    [InlineData("--port", "http")]
    [InlineData("--port", "0")]
    [InlineData("--port", "65536")]
    [InlineData("--port=")]
    [InlineData("--port")]
    public void What_is_no_port_is_said(params string[] args) =>
        Assert.Contains("from 1 to 65535", Assert.Throws<ArgumentException>(() => Arguments.Expand(args)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("http://localhost:5080")]
    [InlineData("http://localhost:9", "--urls", "http://localhost:9")]
    [InlineData(null, "--http_ports", "8080")]
    [InlineData(null, "--Kestrel:Endpoints:Main:Url", "http://localhost:9")]
    public void Where_no_setting_says_where_to_listen_it_is_what_the_documentation_says(string? expected, params string[] args)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { Args = args });

        builder.UseDefaultAddress();

        Assert.Equal(expected, builder.Configuration[WebHostDefaults.ServerUrlsKey]);
    }

    [Theory]
    [InlineData("There is no argument --prot: it has no effect. Did you mean 'port'?", "--prot", "80")]
    [InlineData("There is no argument --PathBas: it has no effect. Did you mean 'PathBase'?", "--PathBas=/vision")]
    [InlineData(null, "--port", "80", "--urls", "http://localhost:80", "--environment", "Development", "--Engine:MaxLabels", "7")]
    [InlineData(null, "--preferHostingUrls", "true")]
    public void A_misspelt_argument_is_named_with_the_nearest(string? expected, params string[] args) =>
        Assert.Equal(expected, Arguments.Misspelt(args).SingleOrDefault());

    [Theory]
    [InlineData(true, "--help")]
    [InlineData(true, "--port", "1", "-h")]
    [InlineData(false, "--port", "1")]
    public void Help_is_asked_for_in_the_usual_ways(bool expected, params string[] args) => Assert.Equal(expected, Arguments.AskForHelp(args));
}
