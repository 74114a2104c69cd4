namespace DeepLearningCourse.Parquet.Format;

/// <summary>Sees that the columns of a footer form a tree, of a depth that a recursive reader survives.</summary>
internal sealed class SchemaShape : ThriftVisitor
{
    private const int DeepestNesting = 64;

    private readonly List<long> children = [];

    public override void Begin(string structure)
    {
        if (structure == "SchemaElement")
        {
            children.Add(0);
        }
    }

    public override void Number(string structure, int field, long value)
    {
        if (structure == "SchemaElement" && field == 5)
        {
            children[^1] = value;
        }
    }

    /// <summary>Walks the tree that the numbers of children, in the order of the file, describe.</summary>
    /// <exception cref="DamagedException">It is not one, or too deep.</exception>
    public void Require()
    {
        var open = new Stack<long>([1]);

        foreach (var count in children)
        {
            while (open.TryPeek(out var left) && left == 0)
            {
                open.Pop();
            }

            if (open.Count == 0 || count < 0 || count > children.Count)
            {
                throw new DamagedException("its columns do not form a tree");
            }

            if (open.Count > DeepestNesting)
            {
                throw new DamagedException($"its columns are nested more than {DeepestNesting} deep");
            }

            open.Push(open.Pop() - 1);
            open.Push(count);
        }

        if (children.Count == 0 || open.Any(left => left != 0))
        {
            throw new DamagedException("its columns do not form a tree");
        }
    }
}
