using System.Text.Json.Nodes;
using DiffusionClassifier.Core.Admission;
using k8s;
using k8s.Models;

namespace DiffusionClassifier.EndToEnd.Tests.Deployment;

/// <summary>The files of deploy/kubernetes, put together as kustomize does.</summary>
public sealed class KubernetesTests
{
    public static TheoryData<string, string> Variants => DeployFolder.Variants;

    [Theory]
    [MemberData(nameof(Variants))]
    public void Every_field_is_one_of_the_API(string overlay, string component)
    {
        IReadOnlyList<JsonObject> resources = DeployFolder.Build(overlay, component);

        IEnumerable<string> kinds = Typed(resources).Select(resource => resource.GetType().Name); // strict: an unknown field is refused

        Assert.Contains(nameof(V1Deployment), kinds);
        Assert.Contains(nameof(V1NetworkPolicy), kinds);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void What_the_files_say_of_each_other_fits(string overlay, string component)
    {
        object[] resources = [.. Typed(DeployFolder.Build(overlay, component))];
        V1Deployment deployment = resources.OfType<V1Deployment>().Single();
        V1Container service = deployment.Spec.Template.Spec.Containers.Single();
        string[] ports = [.. service.Ports.Select(port => port.Name)];

        IDictionary<string, string> labels = deployment.Spec.Template.Metadata.Labels;
        Assert.Equal(labels, deployment.Spec.Selector.MatchLabels);
        Assert.Equal(labels, resources.OfType<V1Service>().Single(each => each.Metadata.Name == deployment.Metadata.Name).Spec.Selector);
        Assert.Equal(labels, resources.OfType<V1PodDisruptionBudget>().Single().Spec.Selector.MatchLabels);
        foreach (V1Probe probe in (V1Probe[])[service.StartupProbe, service.ReadinessProbe, service.LivenessProbe])
            Assert.Contains(probe.HttpGet.Port.Value, ports);
        foreach (V1VolumeMount mount in service.VolumeMounts)
            Assert.Contains(mount.Name, deployment.Spec.Template.Spec.Volumes.Select(volume => volume.Name));
        Assert.All(
            resources.OfType<V1NetworkPolicy>().Where(policy => policy.Spec.PodSelector.MatchLabels.SequenceEqual(labels)).SelectMany(policy => policy.Spec.Ingress),
            rule => Assert.Contains(rule.Ports.Single().Port.Value, ports));
        Assert.Equal($"{service.Ports.Single(port => port.Name == "management").ContainerPort}", Variable(service, "Management__Port"));
        Assert.Equal(Variable(service, "Management__Port"), deployment.Spec.Template.Metadata.Annotations["prometheus.io/port"]);
    }

    [Fact]
    public void A_pod_has_the_time_that_its_last_answers_need()
    {
        V1PodSpec pod = Typed(DeployFolder.Build("cpu", "")).OfType<V1Deployment>().Single().Spec.Template.Spec;
        int preStop = int.Parse(pod.Containers[0].Lifecycle.PreStop.Exec.Command[1], System.Globalization.CultureInfo.InvariantCulture);

        double needed = preStop + new EngineOptions().DrainTimeout.TotalSeconds + 10; // as docs/deploy.md says

        Assert.InRange(pod.TerminationGracePeriodSeconds!.Value, needed, 2 * needed);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void No_container_is_root_or_writes_to_its_image(string overlay, string component)
    {
        V1PodSpec[] pods = [.. Typed(DeployFolder.Build(overlay, component)).Select(resource => resource switch
        {
            V1Deployment deployment => deployment.Spec.Template.Spec,
            V1StatefulSet set => set.Spec.Template.Spec,
            _ => null,
        }).OfType<V1PodSpec>()];

        Assert.All(pods, pod => Assert.True(pod.SecurityContext.RunAsNonRoot));
        Assert.All(pods.SelectMany(pod => pod.Containers), container =>
        {
            Assert.True(container.SecurityContext.ReadOnlyRootFilesystem);
            Assert.False(container.SecurityContext.AllowPrivilegeEscalation);
            Assert.NotNull(container.Resources.Limits);
        });
    }

    [Theory]
    [InlineData("cpu", "redis")]
    [InlineData("redis", "")]
    public void Only_replicas_reach_the_silo_port_and_Redis_and_only_monitoring_the_metrics(string overlay, string component)
    {
        V1NetworkPolicy[] policies = [.. Typed(DeployFolder.Build(overlay, component)).OfType<V1NetworkPolicy>()];

        Assert.Equal("diffusion-classifier", From("silo").PodSelector.MatchLabels["app.kubernetes.io/name"]);
        Assert.Equal("diffusion-classifier", From("redis").PodSelector.MatchLabels["app.kubernetes.io/name"]);
        Assert.Equal("monitoring", From("management").NamespaceSelector.MatchLabels["kubernetes.io/metadata.name"]);

        V1NetworkPolicyPeer From(string port) => policies.SelectMany(policy => policy.Spec.Ingress).Single(rule => rule.Ports.Single().Port.Value == port).FromProperty.Single();
    }

    [Theory]
    [InlineData("keda")]
    [InlineData("hpa")]
    public void Where_something_else_decides_how_many_replicas_there_are_the_deployment_does_not(string component)
    {
        Assert.Equal(2, Typed(DeployFolder.Build("cpu", "")).OfType<V1Deployment>().Single().Spec.Replicas);
        Assert.Null(Typed(DeployFolder.Build("cpu", component)).OfType<V1Deployment>().Single().Spec.Replicas);
    }

    private static string? Variable(V1Container container, string name) => container.Env.Single(variable => variable.Name == name).Value;

    // What the API server itself has a type for; that of an extension is checked by SchemaTests.
    private static IEnumerable<object> Typed(IEnumerable<JsonObject> resources) => resources
        .Where(resource => (string?)resource["kind"] != "ScaledObject")
        .SelectMany(resource => KubernetesYaml.LoadAllFromString(resource.ToJsonString(), strict: true));
}
