using System.Text;

namespace DeepLearningCourse.Notebooks.Jupyter;

/// <summary>The last messages, by their signatures: a message that comes once more was recorded on its way, and is not to run its code again.</summary>
internal sealed class SeenMessages
{
    // As many as Jupyter's own kernels remember.
    private const int Most = 1 << 16;

    private readonly HashSet<string> known = [];
    private readonly Queue<string> order = [];

    /// <summary>Whether a message is new. Without signatures its header tells, which has a number that no other message has.</summary>
    public bool IsNew(byte[] signature, byte[] header)
    {
        var name = Encoding.ASCII.GetString(signature.Length > 0 ? signature : header);
        if (!known.Add(name))
        {
            return false;
        }

        order.Enqueue(name);
        if (order.Count > Most)
        {
            known.Remove(order.Dequeue());
        }

        return true;
    }
}
