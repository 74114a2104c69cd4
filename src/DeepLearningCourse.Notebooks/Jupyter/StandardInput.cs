using System.Text.Json.Nodes;

namespace DeepLearningCourse.Notebooks.Jupyter;

/// <summary>Questions to the person before the client.</summary>
internal sealed class StandardInput(OutputQueue output)
{
    private readonly Lock asking = new();
    private volatile TaskCompletionSource<string>? expected;

    /// <summary>Asks the client that sent a request, and waits for the answer.</summary>
    /// <exception cref="NotSupportedException">The client cannot ask anybody.</exception>
    public string Ask(ReceivedMessage request, string prompt, bool isPassword)
    {
        if (!request.Flag("allow_stdin", otherwise: false))
        {
            throw new NotSupportedException("The cell asks for a line, and nobody is there to answer: the notebook is run without a person. Write the value into the cell, or run it in the browser.");
        }

        lock (asking)
        {
            TaskCompletionSource<string> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
            expected = answer;

            try
            {
                output.Send(OutgoingMessage.Question(request, "input_request", new JsonObject { ["prompt"] = prompt, ["password"] = isPassword }));
                answer.Task.Wait();
                return answer.Task.Result;
            }
            finally
            {
                expected = null;
            }
        }
    }

    /// <summary>Takes an answer; one that nobody waits for any more is dropped.</summary>
    public void Receive(ReceivedMessage reply) => expected?.TrySetResult(reply.Text("value"));
}
