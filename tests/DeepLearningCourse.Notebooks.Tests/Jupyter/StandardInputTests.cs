using System.Text.Json.Nodes;
using DeepLearningCourse.Notebooks.Execution;

namespace DeepLearningCourse.Notebooks.Tests.Jupyter;

internal sealed class StandardInputTests : KernelTest
{
    [Test]
    public void A_cell_asks_the_client_that_executes_it()
    {
        Session.Cells["ask"] = output =>
        {
            output.WriteOut("before");
            return MimeBundle.Text(output.ReadLine("Name? ", false) + output.ReadLine("Word? ", true));
        };

        // One that came before the question is not its answer.
        Client.Send(Client.StandardInput, "input_reply", new JsonObject { ["value"] = "stale" });
        Client.Send(Client.StandardInput, "input_reply", new JsonObject { ["value"] = new JsonArray() });
        var id = Client.Execute("ask", content => content["allow_stdin"] = true);
        var name = Client.Reply(Client.StandardInput);
        Client.Send(Client.StandardInput, "input_reply", new JsonObject { ["value"] = "Ada" });
        var word = Client.Reply(Client.StandardInput);
        Client.Send(Client.StandardInput, "input_reply", new JsonObject { ["value"] = "!" });

        Assert.That((name.Type, name.Parent, name.Text("prompt"), (bool?)name.Content["password"]), Is.EqualTo(("input_request", id, "Name? ", false)));
        Assert.That((word.Text("prompt"), (bool?)word.Content["password"]), Is.EqualTo(("Word? ", true)));
        var published = Client.PublishedFor(id);
        Assert.That(published[2].Text("text"), Is.EqualTo("before"));
        Assert.That((string?)published[3].Content["data"]!["text/plain"], Is.EqualTo("Ada!"));
    }

    [Test]
    public void Nobody_to_ask_is_said_in_a_sentence()
    {
        Session.Cells["ask"] = output => MimeBundle.Text(output.ReadLine("Name? ", false));

        Assert.That(Run("ask").Reply.Text("evalue"), Does.Contain("nobody is there to answer"));
    }
}
