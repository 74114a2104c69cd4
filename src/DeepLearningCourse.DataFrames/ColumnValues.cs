using System.Globalization;
using System.Numerics;
using Microsoft.Data.Analysis;
using static TorchSharp.torch;

namespace DeepLearningCourse.DataFrames;

/// <summary>The cells of a column.</summary>
internal static class ColumnValues
{
    /// <summary>A column as a tensor of its own dtype, or of the next that holds it.</summary>
    public static Tensor ToTensor(DataFrameColumn column) => Type.GetTypeCode(column.DataType) switch
    {
        TypeCode.Boolean => tensor(All(column, row => Cell(column, row) is true)),
        TypeCode.Byte => tensor(All(column, row => Number<byte>(column, row))),
        TypeCode.SByte => tensor(All(column, row => Number<sbyte>(column, row))),
        TypeCode.Int16 => tensor(All(column, row => Number<short>(column, row))),
        TypeCode.UInt16 or TypeCode.Int32 or TypeCode.Char => tensor(All(column, row => Number<int>(column, row))),
        TypeCode.UInt32 or TypeCode.Int64 or TypeCode.UInt64 => tensor(All(column, row => Number<long>(column, row))),
        TypeCode.Single => tensor(All(column, row => Number<float>(column, row))),
        TypeCode.Double or TypeCode.Decimal => tensor(All(column, row => Number<double>(column, row))),
        _ => throw NoNumbers(column),
    };

    /// <summary>A cell as a number.</summary>
    /// <exception cref="ArgumentException">It is empty, no number, or too large.</exception>
    public static T Number<T>(DataFrameColumn column, long row)
        where T : struct, INumberBase<T>
    {
        try
        {
            return Cell(column, row) switch
            {
                float number => T.CreateChecked(number),
                double number => T.CreateChecked(number),
                int number => Whole<T, long>(column, row, number),
                long number => Whole<T, long>(column, row, number),
                bool truth => truth ? T.One : T.Zero,
                byte number => T.CreateChecked(number),
                sbyte number => T.CreateChecked(number),
                short number => T.CreateChecked(number),
                ushort number => T.CreateChecked(number),
                uint number => Whole<T, ulong>(column, row, number),
                ulong number => Whole<T, ulong>(column, row, number),
                decimal number => T.CreateChecked(number),
                char character => T.CreateChecked((int)character),
                _ => throw NoNumbers(column),
            };
        }
        catch (OverflowException exception)
        {
            throw new ArgumentException(
                $"Row {row} (counted from 0) of column '{column.Name}' is {Convert.ToString(column[row], CultureInfo.InvariantCulture)}, too large for a tensor of {typeof(T).Name}.", exception);
        }
    }

    /// <summary>A cell as text.</summary>
    /// <exception cref="ArgumentException">It is empty.</exception>
    public static string Text(DataFrameColumn column, long row) => (string)Cell(column, row);

    /// <summary>A whole number, which float32 may not have: a date or a code would become another.</summary>
    private static T Whole<T, TWhole>(DataFrameColumn column, long row, TWhole number)
        where T : struct, INumberBase<T>
        where TWhole : struct, INumberBase<TWhole>
    {
        var converted = T.CreateChecked(number);
        return typeof(T) != typeof(float) || Int128.CreateChecked(converted) == Int128.CreateChecked(number) ? converted : throw new ArgumentException(string.Create(
            CultureInfo.InvariantCulture,
            $"Row {row} (counted from 0) of column '{column.Name}' is {number}, a whole number that float32 does not have: it would become {Int128.CreateChecked(converted)}. "
            + $"Take the column alone, whose tensor keeps its type, leave it out, or round it knowingly: frame[\"{column.Name}\"] *= 1.0."));
    }

    private static object Cell(DataFrameColumn column, long row) => column[row] ?? throw new ArgumentException(
        $"Row {row} (counted from 0) of column '{column.Name}' is empty. Fill it with column.FillNulls(...), or leave such rows out with frame.DropNulls().");

    private static T[] All<T>(DataFrameColumn column, Func<long, T> cell)
    {
        var all = new T[column.Length];

        for (var row = 0L; row < all.LongLength; row++)
        {
            all[row] = cell(row);
        }

        return all;
    }

    private static ArgumentException NoNumbers(DataFrameColumn column) => new(
        $"Column '{column.Name}' holds {column.DataType.Name} and not numbers. Leave it out of the features, or encode it with a OneHotEncoder.");
}
