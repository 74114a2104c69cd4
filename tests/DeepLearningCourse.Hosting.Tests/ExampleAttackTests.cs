using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using DeepLearningCourse.Tests.Data;

namespace DeepLearningCourse.Hosting.Tests;

/// <summary>The example as a process, asked for what it should refuse.</summary>
[Platform("Linux,MacOsX")]
public sealed class ExampleAttackTests
{
    private const string Members = "Sus miembros son name, epochs, learningRate, seed y parameters (textos con nombre); por ejemplo {\"name\":\"digits\",\"epochs\":50}.";

    private static readonly (string Body, HttpStatusCode Status, string Sentence)[] Refused =
    [
        ("""{"name":"digits","epoch":1}""", HttpStatusCode.BadRequest,
            $"El pedido no se entiende: The JSON property 'epoch' could not be mapped to any .NET member contained in type 'DeepLearningCourse.Hosting.TrainingJob'. {Members}"),
        ("""{"name":"digits","epochs":"ten"}""", HttpStatusCode.BadRequest,
            $"El pedido no se entiende: The JSON value could not be converted to System.Nullable`1[System.Int32]. Path: $.epochs | LineNumber: 0 | BytePositionInLine: 31. {Members}"),
        ("""{"name":"letters"}""", HttpStatusCode.BadRequest, "There is no job 'letters'. Register it with AddTrainer(...).AddJob(\"letters\", ...); there are digits."),
        ("null", HttpStatusCode.BadRequest, $"El pedido no dice qué entrenar. {Members}"),
        (Large(100_000), HttpStatusCode.BadRequest,
            "TrainingJob.Parameters has 100004 characters, and the queue's file takes 65536 for a run: put what is larger into a file, and give its name."),
        (Large(25_000_000), HttpStatusCode.RequestEntityTooLarge, "El pedido es demasiado grande: caben 262144 bytes. Lo que es más grande va en un archivo, y el pedido dice su nombre."),
    ];

    [Test, CancelAfter(120_000), Attack]
    public async Task It_refuses_in_a_sentence_what_is_no_order_and_whoever_calls_it_by_another_name(CancellationToken timeout)
    {
        using TemporaryFolder folder = new();
        using var service = await ServiceProcess.Start(folder.FullName, epochs: 1, timeout);

        foreach (var (body, status, sentence) in Refused)
        {
            // It asks before it sends the body, as curl does: whoever is refused is not interrupted in the middle of 25 MB.
            using HttpRequestMessage order = new(HttpMethod.Post, "/runs") { Content = new StringContent(body, Encoding.UTF8, "application/json"), Headers = { ExpectContinue = true } };
            using var response = await service.Client.SendAsync(order, timeout);
            Assert.That((response.StatusCode, await Detail(response, timeout)), Is.EqualTo((status, sentence)));
        }

        using HttpRequestMessage foreign = new(HttpMethod.Get, "/runs") { Headers = { Host = "attacker.example" } };
        using var rebound = await service.Client.SendAsync(foreign, timeout);
        Assert.That(rebound.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(await rebound.Content.ReadAsStringAsync(timeout), Does.Not.Contain("digits").And.Contain("The request hostname is invalid"));

        using StringContent text = new("""{"name":"digits"}""", new MediaTypeHeaderValue("text/plain"));
        using var plain = await service.Client.PostAsync("/runs", text, timeout);
        Assert.That((plain.StatusCode, await Detail(plain, timeout)), Is.EqualTo((HttpStatusCode.UnsupportedMediaType, $"Un pedido es JSON, con el encabezado Content-Type: application/json. {Members}")));

        using var runs = JsonDocument.Parse(await service.Client.GetStringAsync("/runs", timeout));
        Assert.That(runs.RootElement.GetArrayLength(), Is.EqualTo(1), "only the run that the service asks for itself");
        AttackRecords.Add(
            "Services",
            $"{Refused.Length + 2} requests that are no orders: a misspelt member, wrong types, 25 MB of parameters, a foreign Host header, a form of another page",
            $"{Refused.Length + 2} refused in a sentence, none in the queue");
    }

    [Test, CancelAfter(120_000), Attack]
    public async Task A_queue_that_cannot_be_written_is_a_sentence_and_no_run(CancellationToken timeout)
    {
        using TemporaryFolder folder = new();
        using var service = await ServiceProcess.Start(folder.FullName, epochs: 1, timeout);
        var file = folder["queue.json"];

        while (!(await service.Client.GetStringAsync("/runs", timeout)).Contains("\"Completed\"", StringComparison.Ordinal))
        {
            await Task.Delay(20, timeout);
        }

        // What no rename can write over, be it root's.
        File.Delete(file);
        Directory.CreateDirectory(file);
        using StringContent content = new("""{"name":"digits"}""", Encoding.UTF8, "application/json");
        using var response = await service.Client.PostAsync("/runs", content, timeout);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That(await Detail(response, timeout), Does.Match(
            $"^La cola no se pudo escribir en el disco: .*'{file}'\\. El pedido no quedó en ella; repítalo cuando haya espacio y permiso\\.$"));
        Assert.That(await service.Client.GetStringAsync("/runs", timeout), Does.Not.Contain("digits-2"));
        AttackRecords.Add("Services", "a queue file that cannot be written when a run is asked for", "503 with a sentence, the run is in no queue");
    }

    private static string Large(int length) => $$$"""{"name":"digits","parameters":{"data":"{{{new string('x', length)}}}"}}""";

    private static async Task<string?> Detail(HttpResponseMessage response, CancellationToken timeout)
    {
        using var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync(timeout));
        return problem.RootElement.GetProperty("detail").GetString();
    }
}
