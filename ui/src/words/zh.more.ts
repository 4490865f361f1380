/* Words of the pages 审核, 数字, 单位, 导入导出, 人员. */
export const more = {
} as const;
