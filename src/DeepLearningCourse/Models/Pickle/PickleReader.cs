using System.Globalization;

namespace DeepLearningCourse.Models.Pickle;

/// <summary>Reads a pickle of protocols 2 to 5 into plain values.</summary>
/// <remarks>
/// Nothing is called and nothing recurses: each byte makes a constant amount of work, and what a few calls copy is charged against the
/// pickle's length. So neither deep nesting nor cycles nor references that multiply cost more than the file is long.
/// </remarks>
internal sealed class PickleReader
{
    private readonly PickleInput input;
    private readonly PickleStack stack = new();
    private readonly PickleCalls calls;

    private PickleReader(byte[] pickle)
    {
        input = new PickleInput(pickle);
        calls = new PickleCalls(pickle.Length);
    }

    /// <summary>The one value of a pickle.</summary>
    /// <exception cref="PickleException">It is damaged, or holds something else than tensors and plain values.</exception>
    public static object? Read(byte[] pickle)
    {
        PickleReader reader = new(pickle);
        byte code;

        while ((code = reader.input.Byte()) != Opcode.Stop)
        {
            reader.Step(code);
        }

        return reader.stack.Pop();
    }

    private void Step(byte code)
    {
        if (!Constant(code) && !Text(code) && !Container(code) && !Memory(code) && !Call(code))
        {
            throw new PickleException($"its pickle has the instruction 0x{code:x2}, which PyTorch does not write. It is damaged, or not from torch.save.");
        }
    }

    private bool Constant(byte code)
    {
        switch (code)
        {
            case Opcode.Protocol:
                CheckProtocol(input.Byte());
                return true;
            case Opcode.Frame:
                input.Skip(8);
                return true;
            case Opcode.None:
                stack.Push(null);
                return true;
            case Opcode.True:
                stack.Push(Boxes.True);
                return true;
            case Opcode.False:
                stack.Push(Boxes.False);
                return true;
            case Opcode.Int1:
                stack.Push((long)input.Byte());
                return true;
            case Opcode.Int2:
                stack.Push((long)input.UInt16());
                return true;
            case Opcode.Int4:
                stack.Push((long)input.Int32());
                return true;
            case Opcode.Long1:
                stack.Push(input.Integer(input.Count(1)));
                return true;
            case Opcode.Long4:
                stack.Push(input.Integer(input.Count(4)));
                return true;
            case Opcode.Double:
                stack.Push(input.Double());
                return true;
            case Opcode.IntLine:
                stack.Push(IntLine(input.Line()));
                return true;
            default:
                return false;
        }
    }

    private bool Text(byte code)
    {
        switch (code)
        {
            case Opcode.Text1:
                stack.Push(input.Text(input.Count(1)));
                return true;
            case Opcode.Text4:
                stack.Push(input.Text(input.Count(4)));
                return true;
            case Opcode.Text8:
                stack.Push(input.Text(input.Count(8)));
                return true;
            // Python 2 wrote its text so.
            case Opcode.String1:
                stack.Push(input.Latin1(input.Count(1)));
                return true;
            case Opcode.String4:
                stack.Push(input.Latin1(input.Count(4)));
                return true;
            case Opcode.Bytes1:
                stack.Push(input.Bytes(input.Count(1)));
                return true;
            case Opcode.Bytes4:
                stack.Push(input.Bytes(input.Count(4)));
                return true;
            case Opcode.Bytes8 or Opcode.ByteArray8:
                stack.Push(input.Bytes(input.Count(8)));
                return true;
            default:
                return false;
        }
    }

    private bool Container(byte code)
    {
        switch (code)
        {
            case Opcode.EmptyTuple:
                stack.Push(Array.Empty<object?>());
                return true;
            case Opcode.Tuple1 or Opcode.Tuple2 or Opcode.Tuple3:
                stack.Push(stack.Pop(code - Opcode.Tuple1 + 1));
                return true;
            case Opcode.Tuple:
                stack.Push(stack.PopToMark());
                return true;
            case Opcode.EmptyList or Opcode.EmptySet:
                stack.Push(new PickleList());
                return true;
            case Opcode.List or Opcode.FrozenSet:
                stack.Push(ListOf(stack.PopToMark()));
                return true;
            case Opcode.Append:
                AddTo([stack.Pop()]);
                return true;
            case Opcode.Appends or Opcode.AddItems:
                AddTo(stack.PopToMark());
                return true;
            case Opcode.EmptyDict:
                stack.Push(new PickleDict());
                return true;
            case Opcode.Dict:
                var entries = stack.PopToMark();
                stack.Push(new PickleDict());
                SetIn(entries);
                return true;
            case Opcode.SetItem:
                SetIn(stack.Pop(2));
                return true;
            case Opcode.SetItems:
                SetIn(stack.PopToMark());
                return true;
            default:
                return false;
        }
    }

    private bool Memory(byte code)
    {
        switch (code)
        {
            case Opcode.Mark:
                stack.Mark();
                return true;
            case Opcode.Pop:
                stack.Drop();
                return true;
            case Opcode.PopMark:
                _ = stack.PopToMark();
                return true;
            case Opcode.Duplicate:
                stack.Push(stack.Peek());
                return true;
            case Opcode.Put1:
                stack.Remember(input.Count(1));
                return true;
            case Opcode.Put4:
                stack.Remember(input.Count(4));
                return true;
            case Opcode.Memoize:
                stack.RememberNext();
                return true;
            case Opcode.Get1:
                stack.Push(stack.Recall(input.Count(1)));
                return true;
            case Opcode.Get4:
                stack.Push(stack.Recall(input.Count(4)));
                return true;
            default:
                return false;
        }
    }

    private bool Call(byte code)
    {
        switch (code)
        {
            case Opcode.Global:
                PushGlobal(input.Line(), input.Line());
                return true;
            case Opcode.StackGlobal:
                var names = stack.Pop(2);
                PushGlobal(names[0] as string, names[1] as string);
                return true;
            case Opcode.Reduce or Opcode.NewObject:
                var arguments = stack.Pop();
                stack.Push(calls.Call(stack.Pop(), arguments));
                return true;
            case Opcode.Build:
                _ = stack.Pop();
                CheckBuilt(stack.Peek());
                return true;
            case Opcode.PersistentId:
                stack.Push(PickleCalls.Storage(stack.Pop()));
                return true;
            default:
                return false;
        }
    }

    private void PushGlobal(string? module, string? name)
    {
        if (module is null || name is null)
        {
            throw new PickleException("its pickle refers to something whose name is not text. It is damaged.");
        }

        PickleGlobal global = new(module, name);

        if (!PickleCalls.Knows(global))
        {
            throw new PickleException(IsInstantiated() ? PickleRefusals.WholeObject(global) : PickleRefusals.Unknown(global));
        }

        stack.Push(global);
    }

    /// <summary>Whether a class was named in order to make an object of it, as the pickle of a whole module begins.</summary>
    private bool IsInstantiated()
    {
        var ahead = input.Peek(0) switch { Opcode.Put1 => 2, Opcode.Put4 => 5, Opcode.Memoize => 1, _ => 0 };
        return input.Peek(ahead) == Opcode.EmptyTuple && input.Peek(ahead + 1) == Opcode.NewObject;
    }

    /// <summary>The attributes of a dict, such as a state dict's _metadata, and of a tensor are not the library's concern.</summary>
    private static void CheckBuilt(object? built)
    {
        if (built is not (PickleDict or TensorReference))
        {
            throw new PickleException("its pickle gives attributes to something that has none. It is damaged.");
        }
    }

    private static void CheckProtocol(byte protocol)
    {
        if (protocol is < 2 or > 5)
        {
            throw new PickleException($"its pickle is of protocol {protocol}, and those of 2 to 5 are read.");
        }
    }

    private static object IntLine(string line) => line switch
    {
        "00" => Boxes.False,
        "01" => Boxes.True,
        _ => long.TryParse(line, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new PickleException("its pickle has a number that is none. It is damaged."),
    };

    private static PickleList ListOf(object?[] items)
    {
        PickleList list = new();
        list.AddRange(items);
        return list;
    }

    private void AddTo(object?[] items)
    {
        if (stack.Peek() is not PickleList list)
        {
            throw new PickleException("its pickle adds items to something that is no list. It is damaged.");
        }

        list.AddRange(items);
    }

    private void SetIn(object?[] entries)
    {
        if (stack.Peek() is not PickleDict dict || entries.Length % 2 != 0)
        {
            throw new PickleException("its pickle adds entries to something that is no dict. It is damaged.");
        }

        for (var i = 0; i < entries.Length; i += 2)
        {
            dict.Add(entries[i], entries[i + 1]);
        }
    }

    private static class Boxes
    {
        public static readonly object True = true;
        public static readonly object False = false;
    }
}
