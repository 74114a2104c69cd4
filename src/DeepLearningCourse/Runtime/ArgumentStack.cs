using System.Runtime.InteropServices;
using static DeepLearningCourse.Runtime.DispatcherExports;
using static TorchSharp.torch;

namespace DeepLearningCourse.Runtime;

/// <summary>The arguments of an operator in the form that libtorch's dispatcher takes: a place of 64 bits for each.</summary>
/// <remarks>
/// Tensors go as handles of their own and lists as native lists; the operator frees them, also when it fails. Until it is called they belong to this
/// stack, and <see cref="Release"/> frees them.
/// </remarks>
internal unsafe ref struct ArgumentStack(Span<ulong> places, Span<ArgumentKind> kinds, bool onCopies)
{
    private readonly Span<ulong> places = places;
    private readonly Span<ArgumentKind> kinds = kinds;

    /// <summary>How many arguments it holds.</summary>
    public int Count { get; private set; }

    public void Push(double value) => Add(BitConverter.DoubleToUInt64Bits(value), ArgumentKind.Value);

    public void Push(long value) => Add((ulong)value, ArgumentKind.Value);

    public void Push(bool value) => Add(value ? 1UL : 0, ArgumentKind.Value);

    public void Push(Tensor tensor) => Add((ulong)HandleOf(tensor), ArgumentKind.Tensor);

    /// <summary>An argument of the type <c>Tensor?</c>.</summary>
    public void PushOptional(Tensor? tensor)
    {
        if (tensor is null)
        {
            Add(0, ArgumentKind.Value);
            return;
        }

        // libtorch frees the box with C++'s delete, which is the same heap as malloc's.
        var box = (ulong*)NativeMemory.Alloc(sizeof(ulong));
        *box = 0;
        Add((ulong)box, ArgumentKind.Optional);
        *box = (ulong)HandleOf(tensor);
    }

    /// <summary>An argument of the type <c>Tensor[]</c>.</summary>
    public void Push(ReadOnlySpan<Tensor> tensors)
    {
        var list = OpenList(tensors.Length);

        foreach (var tensor in tensors)
        {
            PushInto(list, HandleOf(tensor));
        }
    }

    /// <summary>An argument of the type <c>Tensor[]</c>, from pointers to <c>at::Tensor</c> that stay their owner's.</summary>
    public void Push(ReadOnlySpan<nint> tensors)
    {
        var list = OpenList(tensors.Length);

        foreach (var tensor in tensors)
        {
            PushInto(list, HandleOf(tensor));
        }
    }

    /// <summary>Frees what it holds; for arguments that no operator took.</summary>
    public void Release()
    {
        for (var place = 0; place < Count; place++)
        {
            switch (kinds[place])
            {
                case ArgumentKind.Tensor:
                    _ = DeleteTensor((nint)places[place]);
                    break;
                case ArgumentKind.Optional:
                    var box = (ulong*)places[place];
                    _ = *box == 0 ? 0 : DeleteTensor((nint)(*box));
                    NativeMemory.Free(box);
                    break;
                case ArgumentKind.List:
                    ReleaseList((nint)places[place]);
                    break;
            }
        }

        Count = 0;
    }

    private static void ReleaseList(nint list)
    {
        nuint count;
        _ = ListSize(list, &count);

        for (nuint i = 0; i < count; i++)
        {
            ulong item;
            _ = ListItem(list, i, &item);
            _ = DeleteTensor((nint)item);
        }

        _ = DeleteList(list);
    }

    private void Add(ulong value, ArgumentKind kind)
    {
        places[Count] = value;
        kinds[Count] = kind;
        Count++;
    }

    // The list is on the stack while it is filled, so that a tensor that cannot be pushed leaves nothing behind.
    private nint OpenList(int length)
    {
        nint list;
        Require(NewList((nuint)length, &list), "a list");
        Add((ulong)list, ArgumentKind.List);
        return list;
    }

    private static void PushInto(nint list, nint handle)
    {
        if (DispatcherExports.PushBack(list, (ulong)handle) != 0)
        {
            _ = DeleteTensor(handle);
            Require(1, "a list");
        }
    }

    private readonly nint HandleOf(Tensor tensor)
    {
        // The property says in its own words when a tensor was disposed.
        var handle = HandleOf(tensor.Handle);
        GC.KeepAlive(tensor);
        return handle;
    }

    private readonly nint HandleOf(nint tensor)
    {
        nint handle;
        Require(NewTensorHandle(tensor, &handle), "a handle of a tensor");

        if (!onCopies)
        {
            return handle;
        }

        using var scope = NewDisposeScope();
        using var alias = Tensor.UnsafeCreateTensor(handle);
        using var plain = alias.detach();
        using var copy = plain.clone();
        nint own;
        Require(NewTensorHandle(copy.Handle, &own), "a handle of a tensor");
        return own;
    }

    private static void Require(int code, string what)
    {
        if (code != 0)
        {
            throw new InvalidOperationException($"libtorch could not make {what}; its reason is on the error stream.");
        }
    }
}
